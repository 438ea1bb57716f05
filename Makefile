# Addbook. `make run` shows it, `make test` proves it; both install what is missing first (`make deps`, `test-deps`).
#
#   make            the programs, in bin/                  make install     PREFIX=/usr/local, DESTDIR=
#   make test       every test; SAN=address,undefined      make uninstall
#   make torture    the long campaigns                     make lint        make format
#   make bench      speed beside plain baselines           make order       make clean
#   make fuzz       random input, guided by coverage; FUZZ_SECONDS=300 each

PREFIX   ?= /usr/local
CXX      ?= g++
# Checked at run time where a buffer on the stack or of the C library may be overrun (measured: at most 4 % of a find).
CXXFLAGS ?= -O3 -g -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
JOBS     ?= $(shell nproc)

# --- What each program is made of: sources under src/, without the ending -------------------------------------------

FRONT = tools/command_line fmt sys/error sys/fd sys/signals

ni-format_PARTS     = tools/ni-format $(FRONT) filter/ni
addbook_PARTS       = tools/addbook $(FRONT) transport/join transport/connect sys/process $(ADDRESS)
addbook-query_PARTS = tools/addbook-query tools/output_options tools/help $(FRONT) $(CLIENT) $(EDIT) sys/process transport/link \
                      protocol/escape protocol/label
addbook-serve_PARTS = tools/addbook-serve $(FRONT) $(SERVER) $(ADDRESS) $(BOOK)
addbook-from-mail_PARTS = tools/addbook-from-mail $(FRONT) $(MAIL) client/save_address client/change $(ENTRY) \
                          transport/link protocol/escape protocol/label
unit-tests_PARTS    = $(BOOK) client/birthdays client/printer client/nearest client/form client/assign $(FORMAT) \
                      fmt sys/error sys/fd
fuzz_PARTS          = $(unit-tests_PARTS) server/session server/lines mail/mailboxes

CLIENT   = client/exchange client/menu client/line_editor client/names client/replies client/requests client/request_line \
           client/birthdays client/printer client/nearest $(FORMAT)
EDIT     = client/edit client/set client/assign client/form client/change sys/foreground sys/private_file
FORMAT   = client/format client/card client/json client/mailbox client/record mail/address $(ENTRY)
ENTRY    = client/entry client/reply_line
MAIL     = mail/header mail/mailboxes mail/address
SERVER   = server/serve server/server server/workers server/stdio server/connection server/session server/lines \
           server/listener server/socket server/access server/log sys/notify sys/process
ADDRESS  = transport/resolve transport/address
BOOK     = book/book book/batch book/conditional book/search book/prefilter $(STORE) $(PROTOCOL)
STORE    = store/open store/book_file store/text store/sorted_lines store/sqlite store/sqlite_scan \
           store/joined_writes store/page_cache store/wal store/index sys/file sys/memory
PROTOCOL = protocol/request protocol/reply protocol/canonical protocol/escape protocol/label protocol/unicode

# Linked statically, the C library looks for names of hosts and users in files and DNS only, with no module to load.
addbook-query_LIBS = -ledit -ltinfo -lbsd -lmd
addbook-serve_LIBS = -lsqlite3 -lutf8proc -lm
unit-tests_LIBS    = $(addbook-serve_LIBS)

# GMime has charsets decoded by modules of the C library, which a static program can't load.
addbook-from-mail_LIBS = $(shell pkg-config --libs gmime-3.0)
DYNAMIC                = addbook-from-mail
GMIME                  = $(patsubst -I%,-isystem %,$(shell pkg-config --cflags gmime-3.0))

PROGRAMS = addbook addbook-serve addbook-query addbook-from-mail ni-format
EXAMPLES = pipe knights
UNIT     = $(basename $(notdir $(wildcard tests/unit/*.cpp)))
FUZZ     = $(basename $(notdir $(wildcard tests/fuzz/*.cpp)))

# --- How: a build with sanitizers has objects and programs of its own ------------------------------------------------

comma := ,
ifdef SAN
  OUT   := build/san-$(subst $(comma),-,$(SAN))
  BIN   := $(OUT)/bin
  FLAGS := -O1 -g -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
else
  OUT    := build
  BIN    := bin
  FLAGS  := $(CXXFLAGS) -ffunction-sections
  # Linked for a quick start: in one segment, with no part that is made read-only later (measured: a tenth of a find),
  # and with the functions of a start side by side, by lld, since ld can't sort those of a library (a sixth).
  ORDER  := src/start.order
  STATIC := -static -fuse-ld=lld -Wl,--no-rosegment,-z,norelro,--gc-sections \
            -Wl,--symbol-ordering-file=$(ORDER),--no-warn-symbol-ordering
  STRIP  := --strip-all
endif
# Everything linked statically: a program that answers one question starts in half the time.
FLAGS += -std=c++20 -Isrc -MMD -MP \
         -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual \
         -Wno-restrict  # g++ 12 warns of its own std::string (GCC bug 105651)

all: $(PROGRAMS:%=$(BIN)/%) $(EXAMPLES:%=$(OUT)/examples/%)

objects = $(patsubst %,$(OUT)/%.o,$($(1)_PARTS))
# Not for the size of the file, but because objcopy writes it in a few large pieces, where the linker writes many small
# ones: the kernel keeps it in memory in pieces that large, and to map and unmap those is less work at each start
# (measured: a sixth of a find).
define program
$(BIN)/$(1): $(OUT)/linked/$(1) | $(BIN)/
	objcopy $$(STRIP) $$< $$@
$(OUT)/linked/$(1): $(call objects,$(1)) $(ORDER) | $(OUT)/linked/
	$$(CXX) $$(FLAGS) $(if $(filter $(1),$(DYNAMIC)),,$(STATIC)) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) $$($(1)_LIBS)
$(OUT)/dynamic/$(1): $(call objects,$(1)) | $(OUT)/dynamic/
	$$(CXX) $$(FLAGS) $$(LDFLAGS) -o $$@ $$^ $$($(1)_LIBS)
endef
$(foreach name,$(PROGRAMS),$(eval $(call program,$(name))))

$(OUT)/unit-tests: $(UNIT:%=$(OUT)/unit/%.o) $(call objects,unit-tests)
	$(CXX) $(FLAGS) $(LDFLAGS) -o $@ $^ $(unit-tests_LIBS)
$(OUT)/fuzz/%: tests/fuzz/%.cpp $(call objects,fuzz) | $(OUT)/fuzz/
	$(CXX) $(FLAGS) -Itests -fsanitize=fuzzer $(LDFLAGS) -o $@ $(filter %.cpp %.o,$^) $(unit-tests_LIBS) \
	  $(addbook-from-mail_LIBS)
$(OUT)/%.o: src/%.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) $(INCLUDES) -c -o $@ $<
$(OUT)/mail/mailboxes.o: INCLUDES = $(GMIME)
$(OUT)/unit/%.o: tests/unit/%.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) -c -o $@ $<
$(OUT)/examples/%: examples/%.cpp $(OUT)/flags
	@mkdir -p $(@D)
	$(CXX) $(FLAGS) -DFMT_HEADER_ONLY -o $@ $<
# Other flags make other objects.
$(OUT)/flags: FORCE | $(OUT)/
	@echo '$(CXX) $(FLAGS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CXX) $(FLAGS) $(LDFLAGS)' > $@
FORCE:
%/:
	mkdir -p $@

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

# --- Trying it -------------------------------------------------------------------------------------------------------

deps:
	@.ci/deps build

test-deps:
	@.ci/deps

run: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@BIN=$(CURDIR)/$(BIN) examples/tour.sh

# valgrind sees no allocation of a static program, so there is a dynamic build of the same objects for it.
TEST_PROGRAMS = all $(OUT)/unit-tests $(if $(SAN),,$(PROGRAMS:%=$(OUT)/dynamic/%))
TEST_ENV = BIN=$(CURDIR)/$(BIN) EXAMPLES=$(CURDIR)/$(OUT)/examples SAN=$(SAN)
TESTS   ?= tests

# Files are run side by side, but the tests of one in turn: bats would start GNU parallel for each, half a second.
test: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) $(TEST_PROGRAMS)
	$(OUT)/unit-tests --minimal=false
	$(TEST_ENV) bats --jobs $(JOBS) --no-parallelize-within-files --timing $(TESTS)
	@$(if $(SAN),,$(MAKE) --no-print-directory check-install)

torture: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(TEST_ENV) tests/torture.py --store sqlite --rounds 500
	$(TEST_ENV) tests/torture.py --store text --rounds 500
	$(TEST_ENV) tests/drain.py --rounds 200
	$(TEST_ENV) tests/linear/run.bash
	$(TEST_ENV) tests/linear/run.bash --workers 2
	$(TEST_ENV) tests/linear/run.bash --kill 2
	$(TEST_ENV) tests/linear/run.bash --kill 2 --workers 2
	$(TEST_ENV) tests/bench/hostile.py

# libFuzzer comes with clang. What it finds is kept, and so is what it has learned, for the next time. GMime leaks.
FUZZ_SECONDS ?= 300
fuzz:
	@.ci/deps fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) CXX=clang++ SAN=fuzzer-no-link,address,undefined $(FUZZ:%=fuzz-%)
fuzz-%: $(OUT)/fuzz/%
	@mkdir -p $(OUT)/fuzz/$*.corpus
	ASAN_OPTIONS=detect_leaks=0 $< -dict=tests/fuzz/words -max_len=600 -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
	  -print_final_stats=1 -artifact_prefix=$(OUT)/fuzz/$*- $(OUT)/fuzz/$*.corpus tests/fuzz/seeds/$*

bench: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	BIN=$(CURDIR)/$(BIN) tests/bench/completion.py
	BIN=$(CURDIR)/$(BIN) tests/bench/report.bash

# --- Installing ------------------------------------------------------------------------------------------------------

bindir  = $(DESTDIR)$(PREFIX)/bin
sharedir = $(DESTDIR)$(PREFIX)/share
MAN1    = $(PROGRAMS:%=$(sharedir)/man/man1/%.1)
MAN7    = $(sharedir)/man/man7/addbook-protocol.7
BASH    = $(PROGRAMS:%=$(sharedir)/bash-completion/completions/%)
ZSH     = $(sharedir)/zsh/site-functions/_addbook
FISH    = $(PROGRAMS:%=$(sharedir)/fish/vendor_completions.d/%.fish)
INSTALLED = $(PROGRAMS:%=$(bindir)/%) $(MAN1) $(MAN7) $(BASH) $(ZSH) $(FISH)

install: all $(INSTALLED)
$(bindir)/%: $(BIN)/%
	install -D -m 755 $< $@
$(sharedir)/man/man1/%: src/tools/%
	install -D -m 644 $< $@
$(MAN7): src/tools/addbook-protocol.7
	install -D -m 644 $< $@
$(BASH): completions/addbook.bash
	install -D -m 644 $< $@
$(ZSH): completions/addbook.zsh
	install -D -m 644 $< $@
$(FISH): completions/addbook.fish
	install -D -m 644 $< $@

uninstall:
	rm -f $(INSTALLED)

check-install:
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(MAKE) --no-print-directory -s install DESTDIR="$$folder" && \
	"$$folder$(PREFIX)/bin/addbook" -b :memory: count > /dev/null && \
	$(MAKE) --no-print-directory -s uninstall DESTDIR="$$folder" && \
	left=$$(find "$$folder" ! -type d) && \
	if [ -n "$$left" ]; then echo "left by uninstall: $$left" >&2; exit 1; else echo "check-install: nothing is left"; fi

# --- Keeping it in shape ---------------------------------------------------------------------------------------------

SOURCES = $(shell git ls-files -co --exclude-standard '*.cpp' '*.hpp')
SCRIPTS = .ci/run .ci/deps .ci/include-rule .ci/start-order $(wildcard examples/*.sh examples/*.bash examples/shell/*.sh examples/shell/*.bash tests/*.bash tests/bench/*.bash tests/linear/*.bash \
          tests/fixtures/*.bash completions/*.bash)

# invalidLifetime: cppcheck 2.10 takes the string that a caller passes as a string_view for gone. The branches are what
# later ones would look at for longer.
lint: test-deps
	clang-format --dry-run -Werror $(SOURCES)
	cppcheck --quiet --std=c++20 --language=c++ --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
	  --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
	  --suppress=invalidLifetime:src/number.hpp -j $(JOBS) -Isrc src
	shellcheck $(SCRIPTS) tests/*.bats
	shfmt -i 2 -ci -bn -sr -d $(SCRIPTS) tests/*.bats
	mandoc -Tlint -W warning src/tools/*.[17]
	.ci/include-rule

# To be called when a start has changed much: what is not in the list any more, or not yet, is only slower.
order: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	{ echo '# Written by `make order`, from what the programs call (.ci/start-order).' && .ci/start-order $(OUT)/linked; } \
	  > $(OUT)/start.order
	mv $(OUT)/start.order $(ORDER)

format:
	clang-format -i $(SOURCES)
	shfmt -i 2 -ci -bn -sr -w $(SCRIPTS) tests/*.bats

clean:
	rm -rf build bin

.PHONY: FORCE all deps test-deps run test torture fuzz bench install uninstall check-install lint order format clean
.SECONDARY:
.DELETE_ON_ERROR:
