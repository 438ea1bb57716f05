#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# build.bash FOLDER: builds the programs of this folder into it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
flags=(-std=c++20 -O2 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast)
${CXX:-g++} "${flags[@]}" -o "$1/history" "$here/history.cpp"
${CXX:-g++} "${flags[@]}" -o "$1/check" "$here/check.cpp" "$here/search.cpp"
${CXX:-g++} "${flags[@]}" -o "$1/broken" "$here/broken.cpp"
