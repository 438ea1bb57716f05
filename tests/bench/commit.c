/* SPDX-License-Identifier: MIT
 * commit FILE N: N commits of one row each to a new SQLite database, in WAL mode with synchronous=FULL, by nothing but
 * SQLite itself; prints the microseconds of one. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int main(int argc, char** argv) {
  sqlite3* database;
  sqlite3_stmt* insert;
  if (argc < 3 || sqlite3_open(argv[1], &database)) return 2;
  const char* schema =
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
      "CREATE TABLE entry (name TEXT PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID";
  if (sqlite3_exec(database, schema, NULL, NULL, NULL)) return 2;
  if (sqlite3_prepare_v2(database, "INSERT INTO entry VALUES (?, ?)", -1, &insert, NULL)) return 2;
  const long number = atol(argv[2]);
  const double start = now();
  for (long i = 0; i < number; i++) {
    char name[32];
    const int size = snprintf(name, sizeof name, "Person %07ld", i);
    sqlite3_bind_text(insert, 1, name, size, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, "12,High Street,Camelot,555-0199", -1, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE) return 2;
    sqlite3_reset(insert);
  }
  printf("%.3f\n", (now() - start) / (double)number);
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return 0;
}
