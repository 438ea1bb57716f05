/* SPDX-License-Identifier: MIT
 * echo: writes what it reads, and nothing else: what a conversation over pipes costs at least. */
#include <unistd.h>

int main(void) {
  static char bytes[1 << 16];
  ssize_t got;
  while ((got = read(0, bytes, sizeof bytes)) > 0) {
    if (write(1, bytes, (size_t)got) != got) return 1;
  }
  return 0;
}
