/* SPDX-License-Identifier: MIT
 * took COMMAND [ARG]...: runs it with its output to /dev/null, and prints the seconds from its start to its end. Without
 * what a shell adds: to fork the shell itself takes some milliseconds, as long as some of the programs. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char** argv) {
  posix_spawn_file_actions_t actions;
  pid_t child;
  int status;
  if (argc < 2 || posix_spawn_file_actions_init(&actions) ||
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)) {
    return 2;
  }
  const double start = now();
  if (posix_spawnp(&child, argv[1], &actions, NULL, argv + 1, environ) || waitpid(child, &status, 0) < 0) return 2;
  printf("%.6f\n", now() - start);
  return status != 0;
}
