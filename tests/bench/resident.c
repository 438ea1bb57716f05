/* SPDX-License-Identifier: MIT
 * resident FILE COMMAND [ARG]...: starts COMMAND on two pipes and sends it FILE three times, reading as many lines of
 * answers each time as there are in FILE, and prints the seconds that the last time took: a program that has warmed
 * up. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long lines_in(const char* bytes, size_t size) {
  long lines = 0;
  for (const char* at = bytes; (at = memchr(at, '\n', (size_t)(bytes + size - at))) != NULL; at++) lines++;
  return lines;
}

/* A process of its own, so that writing and reading never wait for each other. */
static pid_t send_all(int fd, const char* bytes, size_t size) {
  const pid_t sender = fork();
  if (sender != 0) return sender;
  while (size > 0) {
    const ssize_t put = write(fd, bytes, size);
    if (put <= 0) _exit(1);
    bytes += put, size -= (size_t)put;
  }
  _exit(0);
}

int main(int argc, char** argv) {
  static char answers[1 << 17];
  int to[2], from[2];
  struct stat what;
  const int file = argc < 3 ? -1 : open(argv[1], O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &what) || pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC)) return 2;
  const size_t size = (size_t)what.st_size;
  const char* requests = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (requests == MAP_FAILED) return 2;
  const long lines = lines_in(requests, size);
  const pid_t command = fork();
  if (command == 0) {
    dup2(to[0], 0), dup2(from[1], 1);
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  close(to[0]), close(from[1]);
  double start = 0;
  for (int time = 0; time < 3; time++) {
    start = now();
    const pid_t sender = send_all(to[1], requests, size);
    for (long left = lines; left > 0;) {
      const ssize_t got = read(from[0], answers, sizeof answers);
      if (got <= 0) return 2;
      left -= lines_in(answers, (size_t)got);
    }
    waitpid(sender, NULL, 0);
  }
  printf("%.6f\n", now() - start);
  close(to[1]);
  waitpid(command, NULL, 0);
  return 0;
}
