#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The completions know all that --help tells, and nothing else.

# Dollars, quotes and backslashes stand for themselves here, and bats sets what `run` has found.
# shellcheck disable=SC2016,SC1003,SC2154,SC2034

load helper
load completions

PROGRAMS=(addbook addbook-serve addbook-query addbook-from-mail ni-format)

teardown() {
  end_started
}

# options_of_help PROGRAM: the long options in its --help.
options_of_help() {
  "$1" --help | grep -oE -- '(^|[ ,|[])--[a-z][a-z-]+' | grep -oE -- "--.*" | sort -u
}

# offered_by_fish LINE: what fish offers at the end of the line, one a line.
offered_by_fish() {
  fish --no-config -c 'source $argv[1]; complete -C $argv[2] | string replace -r "\t.*" ""' \
    "$COMPLETIONS/addbook.fish" "$1"
}

# all_offer PROGRAM ARG... => WORD...: bash and fish offer these and no others after the arguments, and zsh has each.
all_offer() {
  local before=()
  while [[ $1 != '=>' ]]; do
    before+=("$1")
    shift
  done
  shift
  offers "${before[@]}" '' '=>' "$@"
  for word; do
    grep -qE -- "[( '\"]${word%[=:]}[) '\":]" "$COMPLETIONS/addbook.zsh" || fail "zsh: $word"
  done
  command -v fish > /dev/null || return 0
  assert_equal "$(offered_by_fish "${before[*]} " | sort)" "$(printf '%s\n' "$@" | sort)"
}

@test "every verb of addbook-query --help is completed by every shell" {
  run verbs_of_help
  assert [ "${#lines[@]}" -ge 10 ]
  for verb in "${lines[@]}"; do
    run complete_words addbook "$verb"
    assert_line "$verb"
    grep -qE "^ +'$verb:" "$COMPLETIONS/addbook.zsh" || fail "zsh: $verb"
    grep -qE " -a $verb " "$COMPLETIONS/addbook.fish" || fail "fish: $verb"
  done
}

# options_offered PROGRAM: what bash offers for a `-`, anywhere on the line.
options_offered() {
  complete_words "$1" -
  if [[ $1 == addbook-query ]]; then
    for verb in $(verbs_of_help); do complete_words "$1" "$verb" -; done
  fi
}

@test "every long option of --help is completed by every shell" {
  for program in "${PROGRAMS[@]}"; do
    options_offered "$program" > offered
    run options_of_help "$program"
    assert_line -- --help
    assert_line -- --version
    for option in "${lines[@]}"; do
      grep -qxe "$option" offered || fail "bash: $option"
      grep -qE -- "$option\b" "$COMPLETIONS/addbook.zsh" || fail "zsh: $option"
      grep -qE -- " -l ${option#--}( |$)" "$COMPLETIONS/addbook.fish" || fail "fish: $option"
    done
  done
}

@test "no option is offered that --help doesn't tell" {
  for program in "${PROGRAMS[@]}"; do
    help=$("$program" --help)
    run options_offered "$program"
    for option in "${lines[@]}"; do
      grep -qE -- "(^|[^-a-z])$option([^-a-z]|\$)" <<< "$help" || fail "$program $option"
    done
  done
}

@test "the formats are those of --help, in every shell" {
  formats=$(addbook-query --help | sed -nE 's/^ *-f, --format FORMAT *//p')
  assert [ -n "$formats" ]
  # shellcheck disable=SC2086 # words without blanks
  all_offer addbook find -f '=>' $formats
}

@test "the labels are those that the programs know, in every shell" {
  labels=$(sed -n '/known_labels = {/,/}/p' "$ROOT/src/protocol/label.hpp" | grep -oE '"[a-z]+"' | tr -d '"')
  assert [ -n "$labels" ]
  # shellcheck disable=SC2086
  all_offer addbook list -F '=>' $labels
  # shellcheck disable=SC2046,SC2086
  all_offer addbook search '=>' $(printf '%s:\n' $labels)
  # shellcheck disable=SC2046,SC2086
  all_offer addbook set x '=>' $(printf '%s=\n' $labels | grep -v '^name=')
}

@test "the spans of days are those that birthdays knows, in every shell" {
  all_offer addbook birthdays '=>' today week month
  for span in today week month; do
    addbook -b book.dat birthdays "$span" || assert_equal "$span $?" "$span 1"
  done
}

@test "there is help on every topic that is offered, in every shell" {
  printf '#!/bin/sh\n' > ./man
  chmod +x ./man
  for topic in $(complete_words addbook-query help ''); do
    PATH=$PWD:$PATH addbook-query help "$topic"
  done
  # shellcheck disable=SC2046
  all_offer addbook-query help '=>' $(complete_words addbook-query help '')
}

@test "bash, zsh and fish accept their files" {
  bash -n "$COMPLETIONS/addbook.bash"
  if command -v zsh > /dev/null; then zsh -n "$COMPLETIONS/addbook.zsh"; fi
  if command -v fish > /dev/null; then fish -n "$COMPLETIONS/addbook.fish"; fi
  command -v zsh > /dev/null || skip 'zsh is not installed'
  command -v fish > /dev/null || skip 'fish is not installed'
}
