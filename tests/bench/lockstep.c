/* SPDX-License-Identifier: MIT
 * lockstep N COMMAND [ARG]...: starts COMMAND on two pipes, sends the line of standard input to it N times, each time
 * waiting for the answer's line, and prints the microseconds of a round trip. A row of `@` in the line becomes the
 * number of the round, so that each can be a request of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int main(int argc, char** argv) {
  char line[4096], answer[1 << 17];
  int to[2], from[2];
  if (argc < 3 || !fgets(line, sizeof line, stdin) || pipe(to) || pipe(from)) return 2;
  const long rounds = atol(argv[1]);
  char* mark = line + strcspn(line, "@");
  const size_t places = strspn(mark, "@");
  if (fork() == 0) {
    dup2(to[0], 0), dup2(from[1], 1);
    close(to[0]), close(to[1]), close(from[0]), close(from[1]);
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  close(to[0]), close(from[1]);
  double start = 0;
  for (long i = -rounds / 10; i < rounds; i++) { /* the first tenth warms up */
    if (i == 0) start = now();
    long number = i + rounds;
    for (size_t digit = places; digit > 0; digit--, number /= 10) mark[digit - 1] = (char)('0' + number % 10);
    if (write(to[1], line, strlen(line)) < 0) return 2;
    for (ssize_t got = 0;;) {
      const ssize_t n = read(from[0], answer + got, sizeof answer - (size_t)got);
      if (n <= 0) return 2;
      got += n;
      if (answer[got - 1] == '\n') break;
    }
  }
  printf("%.3f\n", (now() - start) / (double)rounds);
  return 0;
}
