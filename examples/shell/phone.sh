#!/bin/sh
# SPDX-License-Identifier: MIT
# Choose somebody in a menu of the desktop and print the phone numbers: for a key of the window manager, with
# `| xclip` to paste them. The last line is all there is to it.
#
# Usage: phone.sh [MENU [ARG]...]    any program that prints one of its lines: rofi -dmenu (the default), dmenu, fzf

[ $# -gt 0 ] || set -- rofi -dmenu -i -p Phone
addbook list -f names | "$@" | addbook find -F phone -
