# SPDX-License-Identifier: MIT
# Loaded after helper by the tests of full-screen programs, which run in a terminal of tmux: what counts is what stands
# on the screen, however it came there.

_tmux() {
  tmux -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null "$@"
}

# on_screen COMMAND [ARG]...: starts it in a terminal of 100 columns and 30 lines.
on_screen() {
  _tmux new-session -d -x 100 -y 30 -- "$@" 3>&- 4>&-
}

# press KEY...: presses keys by their names in tmux (Enter, Tab, C-g), or single letters.
press() {
  _tmux send-keys "$@"
}

# type_in TEXT: types it, whatever it looks like.
type_in() {
  _tmux send-keys -l -- "$1"
}

screen() {
  _tmux capture-pane -p
}

screen_has() { # TEXT...: one of them
  screen > screen.txt && grep -qF "${@/#/--regexp=}" screen.txt
}

# shows TEXT...: waits until it stands on the screen; of several, as versions of a program differ, one of them.
shows() {
  eventually screen_has "$@" || fail "$(grep . screen.txt)"
}

# hides TEXT: waits until it no longer stands there: what covered the screen has gone, and keys reach what is below.
hides() {
  eventually screen_lacks "$1" || fail "$(grep . screen.txt)"
}
screen_lacks() {
  ! screen_has "$1"
}

# end_screen: for teardown: the terminal and what runs in it end. Not all do with their terminal: aerc 0.22 stays.
end_screen() {
  local panes
  panes=$(_tmux list-panes -a -F '#{pane_pid}' 2> /dev/null) || return 0
  # shellcheck disable=SC2086 # a number a line
  kill -KILL $panes 2> /dev/null || true
  _tmux kill-server 2> /dev/null || true
}
