/* SPDX-License-Identifier: MIT
 * joined: a launcher that joins a client to a server with two pipes; the client asks one line, and the server gives it
 * back. What a question to three processes costs at least, with nothing in them. */
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int ask(void) {
  char line[64];
  if (write(7, "fnd:Bob\n", 8) != 8 || close(7)) return 1;
  const ssize_t got = read(6, line, sizeof line);
  return got > 0 && write(1, line, (size_t)got) == got ? 0 : 1;
}

static int serve(void) {
  char line[64];
  ssize_t got;
  while ((got = read(0, line, sizeof line)) > 0) {
    if (write(1, line, (size_t)got) != got) return 1;
  }
  return 0;
}

static pid_t start(char* program, char* role, int from, int to, int as_from, int as_to) {
  char* const arguments[] = {program, role, NULL};
  const pid_t child = vfork();
  if (child == 0) {
    if (dup2(from, as_from) >= 0 && dup2(to, as_to) >= 0) execv(program, arguments);
    _exit(127);
  }
  return child;
}

int main(int argc, char** argv) {
  if (argc == 2) return strcmp(argv[1], "ask") == 0 ? ask() : serve();
  /* Above 7, so that no end is where a child's is to be. */
  int pipes[2][2], ends[4], status[2];
  if (pipe(pipes[0]) || pipe(pipes[1])) return 2;
  for (int i = 0; i < 4; i++) {
    ends[i] = fcntl(pipes[i / 2][i % 2], F_DUPFD_CLOEXEC, 10);
    close(pipes[i / 2][i % 2]);
  }
  const pid_t server = start(argv[0], "serve", ends[0], ends[3], 0, 1);
  const pid_t client = start(argv[0], "ask", ends[2], ends[1], 6, 7);
  for (int i = 0; i < 4; i++) close(ends[i]);
  if (server < 0 || client < 0 || waitpid(server, &status[0], 0) < 0 || waitpid(client, &status[1], 0) < 0) return 2;
  return status[0] || status[1];
}
