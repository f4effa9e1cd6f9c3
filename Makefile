# SPDX-License-Identifier: GPL-3.0-or-later
# Build, check, install.  `make help` lists the targets.
#
# Settings go on the command line or in config.mk (not tracked):
#   CC=clang  MODE=asan  PREFIX=/opt/evoke  V=1
# and, for who makes packages, DESTDIR, BINDIR, LIBDIR, INCLUDEDIR, DATADIR.

-include config.mk

MODE    ?= release
PREFIX  ?= /usr/local
BINDIR  ?= $(PREFIX)/bin
LIBDIR  ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR ?= $(PREFIX)/share
V       ?= 0
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)
VERSION := 0.10.0
# The number of the shared library's binary interface: src/README.md says what raises it.
INTERFACE := 2
RELEASED := 2026-11-30

B := build/$(MODE)

# ---- what must be installed ---------------------------------------------------
# pkg-config's names; deps.sh has the packages that hold them, and all others.

# Of LOADED_PKGS the build needs the headers alone: src/draw/cairo.c loads the library.
PKGS := libpng zlib libjpeg hdf5 libzip jansson libcrypto fftw3f libprotobuf-c
LOADED_PKGS := cairo
TEST_PKGS := cmocka

deps := CC='$(CC)' CXX='$(CXX)' sh deps.sh

# ---- flags -----------------------------------------------------------------
# CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS stay the user's; ours have lower-case names.

warn := -Wall -Wextra -Wpedantic -Wshadow -Wundef -Wvla -Wstrict-prototypes \
        -Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wpointer-arith \
        -Wdouble-promotion -Wfloat-conversion -Wformat=2 -Wimplicit-fallthrough
ifeq ($(EVOKE_CI)$(filter fuzz,$(MODE)),1) # Clang, which fuzzes, warns of other things
warn += -Werror
endif

flags_release := -O2 -g -DNDEBUG
flags_debug   := -O0 -g3
flags_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
                 -fno-sanitize-recover=all
flags_tsan    := -O1 -g -fsanitize=thread
flags_cov     := -O0 -g3 --coverage
flags_fuzz    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,fuzzer-no-link \
                 -fno-sanitize-recover=all
flags_mode    := $(flags_$(MODE))
$(if $(flags_mode),,$(error MODE=$(MODE) is not one of release debug asan tsan cov fuzz))

# pkg-config is asked when something is compiled, once, never while this file is read:
# `make deps`, `make clean` and `make help` work on a bare machine.
pkg_cflags = $(eval pkg_cflags := $$(shell pkg-config --cflags $(PKGS) $(LOADED_PKGS)))$(pkg_cflags)
pkg_libs   = $(eval pkg_libs := $$(shell pkg-config --libs $(PKGS)))$(pkg_libs)
test_libs  = $(eval test_libs := $$(shell pkg-config --libs $(TEST_PKGS)))$(test_libs)

# Debian's shared libhdf5 loads thirty others, for files on servers, which takes longer than a short
# call of the program.  The program therefore has libhdf5's archive in it, where one is installed that
# links without them.
hdf5_archive = $(eval hdf5_archive := $$(shell \
    echo 'int H5open(void); int main(void) { return H5open(); }' | $(CC) -o $(B)/hdf5 -x c - \
        $$$$(pkg-config --libs-only-L hdf5) -l:libhdf5.a -lsz -lz -lm -ldl 2> $(B)/hdf5.log && \
    echo -l:libhdf5.a -lsz))$(hdf5_archive)
prog_libs = $(if $(hdf5_archive),$(patsubst -lhdf5,$(hdf5_archive),$(ldlibs)),$(ldlibs))

cppflags = -Iinclude -Isrc -I$(B)/proto -D_XOPEN_SOURCE=700 -DEVK_VERSION='"$(VERSION)"' \
           -DEVK_RELEASED='"$(RELEASED)"' $(pkg_cflags)
# Every object is fit for the shared library: behind -fvisibility=hidden the kernels come out the
# same, instruction for instruction, as without -fPIC.
cflags   := -std=c11 $(warn) $(flags_mode) -fPIC -fvisibility=hidden -ffp-contract=off \
            -fno-math-errno -pthread
ldflags  := $(flags_mode) -pthread
ldlibs   = $(pkg_libs) -lm -ldl $(openmp)

# ---- instruction sets: one translation unit each ------------------------------
arch := $(shell uname -m)
isa_x86_64  := avx2 avx512
isa := scalar $(isa_$(arch))
ifeq ($(arch),x86_64)
cflags += -DEVK_ARCH_X86_64
endif
# The checks of AddressSanitizer make these files so long that -O3 takes more than a minute for each;
# with the level of all other files it is a third of that, while kernels take up to twice as long to
# run.  ThreadSanitizer leaves them alone: a kernel works on its caller's buffers and starts no thread.
isa_level := $(if $(filter asan,$(MODE)),,-O3) $(if $(filter tsan,$(MODE)),-fno-sanitize=thread)
$(B)/src/kernel/isa_scalar.o: own_flags := $(isa_level)
$(B)/src/kernel/isa_avx2.o:   own_flags := $(isa_level) -mavx2 -mfma
$(B)/src/kernel/isa_avx512.o: own_flags := $(isa_level) -mavx512f -mavx2 -mfma

# ---- threads -------------------------------------------------------------------
# Loops over jobs are OpenMP's, except where its library is in the way: ThreadSanitizer knows nothing
# of libgomp's barriers, and the fuzzer's Clang would need an OpenMP library of its own.
ifeq ($(filter tsan fuzz,$(MODE)),)
openmp := -fopenmp
src_other_loops := src/base/parallel_plain.c
else
src_other_loops := src/base/parallel.c src/base/parallel_probe.c
endif
$(B)/src/base/parallel.o: own_flags := $(openmp)

# ---- files: everything is found, nothing is listed ----------------------------
src_all := $(sort $(wildcard src/*/*.c src/*/*/*.c src/*/*/*/*.c))
src_isa := $(filter src/kernel/isa_%.c,$(src_all))
src_cli := $(filter src/cli/%.c,$(src_all))
src_lib := $(filter-out $(src_isa) $(src_cli) $(src_other_loops),$(src_all)) $(isa:%=src/kernel/isa_%.c)
builder := $(sort $(wildcard models/*.c))
test_c  := $(sort $(wildcard tests/*/test_*.c tests/*/*/test_*.c tests/*/*/*/test_*.c))
quick_c := $(filter-out tests/published/% tests/slow/%,$(test_c))
# ThreadSanitizer has nothing to say of tests that start no threads, and has a thread of its own,
# which test_parallel_refused would count.
threaded_c := $(shell grep -lE 'threads|parallel' $(quick_c))
# The allocator of AddressSanitizer has locks that its fork does not take: a child of a process with
# threads may wait for one for ever, so that the test of such children runs without it; nor does
# ThreadSanitizer's.
forking_c := tests/unit/format/test_hdf5_at_once.c
asan_c := $(filter-out $(forking_c),$(quick_c))
tsan_c := $(filter-out %/test_parallel_refused.c $(forking_c),$(threaded_c))
test_sh := $(sort $(wildcard tests/cli/*.sh tests/lint/*.sh tests/pages/*.sh tests/published/*.sh)) \
           tests/interface/check.sh tests/onnx/conformance.sh
pages   := $(sort $(filter-out build/%,$(wildcard *.md */*.md */*/*.md */*/*/*.md)))
test_py := $(sort $(foreach d,keras onnx python torch,$(wildcard tests/$(d)/test_*.py)))
fuzz_c  := $(sort $(filter-out tests/fuzz/fuzz.c tests/fuzz/seed%.c tests/fuzz/test_%.c, \
               $(wildcard tests/fuzz/*.c)))
bench_c := $(sort $(wildcard tests/bench/bench_*.c))
harness := $(sort $(wildcard tests/harness/*.c tests/oracle/*.c))
preload := $(sort $(wildcard tests/harness/preload/*.c))
headers := $(sort $(wildcard include/*/*.h))
example := $(sort $(wildcard examples/*.c))

obj = $(patsubst %.c,$(B)/%.o,$(1))
bin = $(patsubst %.c,$(B)/%,$(1))

# Files that the library has in it, as objects.  The texts are scripts of other programs, which
# evoke writes into a session: evk_text_NAME, with "_" for the dot of the name.
texts := src/session/folder/verify_copy.py src/session/folder/verify_copy.m \
         src/export/display_ptb.m src/export/display_mworks.mwel
embedded := $(B)/src/image/natural.o $(B)/proto/onnx.pb-c.o $(texts:%=$(B)/%.o)

# The description of ONNX's files, which libonnx-dev installs.
ONNX_PROTO ?= /usr/include/onnx/onnx.proto

# A page of sets for a browser, of which stimset/page/write.c puts the parts together.
page_texts := $(sort $(wildcard src/stimset/page/*.html src/stimset/page/*.css src/stimset/page/*.js))
texts += $(page_texts)
embedded += $(page_texts:%=$(B)/%.o)

lib    := $(B)/libevoke.a
shared := $(B)/libevoke.so.$(INTERFACE)
prog   := $(B)/evoke
# A page of the program, and one of each command.
commands := $(shell sed -n 's/^EVK_CMD.\([a-z_]*\),.*/\1/p' src/cli/commands.def)
man    := $(B)/man/evoke.1 $(commands:%=$(B)/man/evoke-%.1)
complete := $(B)/evoke.bash
models := $(B)/models/built
usr    := $(B)/usr

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),:,printf '  %-6s %s\n') $(1) $(2)

# ---- targets ----------------------------------------------------------------
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all check-display check-onnx check-torch deps demo check interface pages recipes bare mutants tests quick-tests \
        fuzz fuzz-keep bench bench-peer format tidy install uninstall dist clean help FORCE

all: $(prog) $(shared) $(man) $(complete) ## the program and the libraries (default)

$(B)/deps: Makefile deps.sh
	@missing=$$($(deps) missing build); [ -z "$$missing" ] || { \
	    echo "These packages are missing:" $$missing; \
	    echo "'make deps' installs them, and 'make demo' does all that a first look needs."; exit 2; }
	@mkdir -p $(@D) && touch $@

deps: ## install what the build needs and is missing
	@$(deps) install build

$(prog): $(call obj,$(src_cli)) $(lib)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(ldflags) $(LDFLAGS) -o $@ $^ $(prog_libs) $(LDLIBS)

$(lib): $(call obj,$(src_lib)) $(embedded)
	@$(call say,AR,$@)
	$(Q)$(RM) $@ && $(AR) rcs $@ $^

# libgomp's threads outlive a loop: what they run must not be unloaded (nodelete).
$(shared): $(call obj,$(src_lib)) $(embedded) src/evoke.map
	@$(call say,LINK,$@)
	$(Q)$(RM) $(B)/libevoke.so.*
	$(Q)$(CC) -shared -Wl,-z,nodelete -Wl,-soname,$(notdir $@) \
	    -Wl,--version-script=src/evoke.map $(ldflags) $(LDFLAGS) -o $@ $(filter %.o,$^) $(ldlibs) $(LDLIBS)

# The statistics of our own dead leaves, for those who give no file: see stimuli/README.md.
$(B)/src/image/natural.c: src/image/natural.json
	@mkdir -p $(@D)
	@$(call say,EMBED,$<)
	$(Q){ echo '#include "image/statistics.h"'; \
	    echo 'const size_t evk_statistics_default_size ='; wc -c < $<; \
	    echo '; const unsigned char evk_statistics_default[] = {'; \
	    od -An -v -tu1 $< | sed 's/[0-9][0-9]*/&,/g'; echo '};'; } > $@

$(texts:%=$(B)/%.c): $(B)/%.c: %
	@mkdir -p $(@D)
	@$(call say,EMBED,$<)
	$(Q){ echo 'extern const char evk_text_$(subst .,_,$(<F))[];'; \
	    echo 'const char evk_text_$(subst .,_,$(<F))[] = {'; \
	    od -An -v -td1 $< | sed 's/-*[0-9][0-9]*/&,/g'; echo '0};'; } > $@

# protobuf-c's compiler makes a reader of it.
$(B)/proto/onnx.pb-c.c: $(ONNX_PROTO) | $(B)/deps
	@mkdir -p $(@D)
	@$(call say,PROTO,$<)
	$(Q)protoc-c --c_out=$(@D) --proto_path=$(dir $<) $<

$(filter $(B)/src/model/onnx/% $(B)/src/model/keras/%,$(call obj,$(src_lib))): | $(B)/proto/onnx.pb-c.c

$(embedded): %.o: %.c $(B)/flags | $(B)/deps
	@$(call say,CC,$<)
	$(Q)$(CC) $(cppflags) $(CPPFLAGS) $(cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

# The program's option tables are the manual pages.
$(man): $(prog)
	@mkdir -p $(@D)
	@$(call say,MAN,$@)
	$(Q)$(prog) help --roff $(patsubst evoke-%.1,%,$(filter evoke-%,$(@F))) > $@

$(complete): $(prog)
	@$(call say,BASH,$@)
	$(Q)$(prog) help --bash > $@

# Every object depends on the flags that built it.
$(B)/%.o: %.c $(B)/flags | $(B)/deps
	@mkdir -p $(@D)
	@$(call say,CC,$<)
	$(Q)$(CC) $(cppflags) $(CPPFLAGS) $(cflags) $(CFLAGS) $(own_flags) -MMD -MP -c -o $@ $<

command = $(subst ','\'',$(CC) $(cppflags) $(CPPFLAGS) $(cflags) $(CFLAGS))
$(B)/flags: FORCE | $(B)/deps
	@mkdir -p $(@D)
	@echo '$(command)' | cmp -s - $@ || echo '$(command)' > $@

# The embedded models: a program of ours writes them; none is checked in.
$(B)/models/build: $(call obj,$(builder)) $(lib)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(ldflags) $(LDFLAGS) -o $@ $^ $(ldlibs) $(LDLIBS)

$(models): $(B)/models/build
	@$(call say,MODELS,$(B)/models)
	$(Q)$(B)/models/build write $(B)/models && touch $@

# Recipes that call make run even with -n, so what only speaks or installs stands alone.
demo: ## a first look: install what is missing, build, and draw preferred stimuli of built-in models
	@echo "Building takes one or two minutes on two free cores, and drawing the pictures some ten seconds."
	@$(deps) install build
	@$(MAKE) --no-print-directory -j$(JOBS) $(prog) $(models)
	@rm -rf build/demo build/demo.log
	$(prog) maximize --starts 2 -o build/demo $(B)/models/*.keras
	@$(B)/models/build score $(B)/models build/demo
	@echo "On paper means the best of all images, which is black and white.  The method robust keeps the"
	@echo "contrast of photographs, so that its images come near to that response and do not reach it."
	@echo "Look at $(CURDIR)/build/demo/sheet.png; the pictures are in build/demo/stimuli."

# ---- tests --------------------------------------------------------------------
$(call bin,$(filter tests/models/%,$(test_c))): $(call obj,$(filter-out models/build.c,$(builder)))

# Tests are some 400 links in three modes: LLVM's and gold, where they are installed, take a third of
# the time of the usual linker.
test_ld := $(if $(shell command -v ld.lld),-fuse-ld=lld,$(if $(shell command -v ld.gold),-fuse-ld=gold))

$(B)/tests/%: $(B)/tests/%.o $(call obj,$(harness)) $(lib)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(ldflags) $(test_ld) $(LDFLAGS) -o $@ $(filter %.o,$^) $(lib) $(test_libs) $(ldlibs) $(LDLIBS)

# ONNX's own conformance cases.
onnx_check := $(B)/tests/onnx/check
$(onnx_check): $(call obj,$(sort $(wildcard tests/onnx/*.c)))
$(call obj,$(wildcard tests/onnx/*.c)): | $(B)/proto/onnx.pb-c.c

# What tests put before the C library.
$(B)/tests/harness/preload/%.so: tests/harness/preload/%.c $(B)/flags | $(B)/deps
	@mkdir -p $(@D)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(cflags) $(CFLAGS) -fvisibility=default -shared $(ldflags) $(LDFLAGS) -o $@ $< -ldl

# Examples see the public headers and nothing else.
$(B)/examples/%: examples/%.c $(lib) $(headers) $(B)/flags
	@mkdir -p $(@D)
	@$(call say,LINK,$@)
	$(Q)$(CC) -Iinclude $(cflags) $(CFLAGS) $(ldflags) $(LDFLAGS) -o $@ $< $(lib) $(ldlibs) $(LDLIBS)

# Each public header must compile alone, as C11 and as C++.
$(B)/include/%.h.ok: include/%.h | $(B)/deps
	@mkdir -p $(@D)
	@$(call say,HEADER,$<)
	$(Q)$(CC) -std=c11 $(warn) -Iinclude -fsyntax-only -x c $<
	$(Q)$(CXX) -std=c++11 -Wall -Iinclude -fsyntax-only -x c++ $<
	@touch $@

# Inputs of strangers: replayed by a test, and made up by libFuzzer, which Clang brings along.
$(B)/tests/fuzz/test_replay: $(call obj,$(fuzz_c))
$(B)/tests/fuzz/seeds: $(call obj,$(wildcard tests/fuzz/seeds_*.c) tests/fuzz/sample.c tests/fuzz/folder.c)
$(B)/tests/fuzz/fuzz: $(call obj,tests/fuzz/fuzz.c $(fuzz_c) $(harness)) $(lib)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(ldflags) -fsanitize=fuzzer $(LDFLAGS) -o $@ $(filter %.o,$^) $(lib) $(test_libs) \
	    $(ldlibs) $(LDLIBS)

SECONDS ?= 60
FUZZ_CC ?= clang
TARGETS ?=

fuzz-keep: ## what 'make fuzz' found worth keeping, into tests/fuzz/corpus
	@tests/fuzz/keep build/fuzz/tests/fuzz/fuzz $(TARGETS)

fuzz: ## SECONDS=n of libFuzzer for each kind of input (or TARGETS="png jpeg")
	@FUZZ_CC='$(FUZZ_CC)' $(deps) install build unit fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) build/release/tests/fuzz/seeds
	@$(MAKE) --no-print-directory -j$(JOBS) MODE=fuzz CC=$(FUZZ_CC) build/fuzz/tests/fuzz/fuzz
	@tests/fuzz/run build/fuzz/tests/fuzz/fuzz build/release/tests/fuzz/seeds $(SECONDS) $(JOBS) $(TARGETS)

quick-tests: $(call bin,$(or $($(MODE)_c),$(quick_c))) $(models)
tests: all $(call bin,$(test_c) $(example)) $(preload:%.c=$(B)/%.so) \
       $(onnx_check) $(headers:%=$(B)/%.ok) $(models) $(usr)

sanitize := $(if $(filter 1,$(EVOKE_CI)),asan tsan)

check: ## install what is missing, and run every test; EVOKE_CI=1 adds sanitizers and forbids skips
	@$(deps) install build unit
	@$(deps) install tests torch onnx || echo "Tests that need these are skipped, and say so."
	@$(MAKE) --no-print-directory -j$(JOBS) MODE=release tests
	@for m in $(sanitize); do $(MAKE) --no-print-directory -j$(JOBS) MODE=$$m quick-tests || exit 2; done
	@tests/run $(JOBS) $(patsubst %.c,build/release/%,$(test_c)) $(test_sh) $(test_py) $(pages) \
	    $(foreach m,$(sanitize),$(patsubst %.c,build/$(m)/%,$($(m)_c)))

PAGES ?= $(pages)
pages: $(usr) $(models) ## run the commands of all pages, or of PAGES="README.md ..."
	@tests/run $(JOBS) $(PAGES)

recipes: ## run the Octave and R blocks of the pages, too; installs both where they are missing
	@$(deps) install build recipes
	@$(MAKE) --no-print-directory -j$(JOBS) $(usr) $(models)
	@for page in $$(grep -lE '^```(octave|r)$$' $(PAGES)); do \
	    echo "$$page"; tests/pages/run "$$page" octave r || exit 1; done

bare: ## try 'make demo' in a fresh Debian (needs root); CHECK=1: 'make check', too
	@$(deps) install bare
	@tests/bare.sh $(CHECK)

check-torch: ## the Python package with PyTorch, which is installed if it is missing
	@$(deps) install build torch
	@$(MAKE) --no-print-directory -j$(JOBS) all $(models)
	/usr/bin/python3 tests/python/check_torch.py

check-display: ## what display computers do with a session: Octave, Psychtoolbox, SciPy, Chromium (large)
	@$(deps) install build display
	@$(MAKE) --no-print-directory -j$(JOBS) all $(models)
	$(Q)tests/display/run $(prog) $(sort $(wildcard tests/display/*.sh))

check-onnx: ## ONNX's own conformance cases, which are installed if they are missing
	@$(deps) install build unit onnx
	@$(MAKE) --no-print-directory -j$(JOBS) $(onnx_check)
	$(Q)sh tests/onnx/conformance.sh

MUTANTS ?=
mutants: ## break the code on purpose, where a test has to fail; MUTANTS="a b" tries these
	@$(deps) install build unit
	@JOBS=$(JOBS) tests/mutants/run $(MUTANTS)

$(call bin,$(bench_c)): $(B)/tests/bench/bench.o
bench: $(call bin,$(bench_c)) $(models) ## run the benchmarks
	$(Q)for b in $(call bin,$(bench_c)); do ./$$b || exit 1; done
	$(Q)tests/bench/scaling.sh $(prog)

bench-peer: $(prog) $(models) $(B)/tests/bench/bench_calls ## evoke, PyTorch and onnxruntime-node, in turn
	$(Q)PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 tests/bench/peer.py $(prog)

interface: ## keep the library's interface in tests/interface, for a release
	$(Q)CC='$(CC)' sh tests/interface/list.sh $(notdir $(shared)) $(VERSION) > tests/interface/$(VERSION).txt

format: ## rewrite the sources in house style
	$(Q)clang-format -i $$(git ls-files '*.c' '*.h')

tidy: ## static analysis
	$(Q)clang-tidy --quiet $(filter-out $(src_isa),$(src_lib)) $(src_cli) -- $(cppflags) -DEVK_ARCH_X86_64 -std=c11

# ---- installing -----------------------------------------------------------------
# What install puts there is what uninstall takes away.
installed = $(BINDIR)/evoke $(LIBDIR)/libevoke.a $(LIBDIR)/$(notdir $(shared)) \
            $(LIBDIR)/libevoke.so $(LIBDIR)/pkgconfig/evoke.pc \
            $(man:$(B)/man/%=$(DATADIR)/man/man1/%) $(DATADIR)/bash-completion/completions/evoke \
            $(headers:include/%=$(INCLUDEDIR)/%)

pc = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBS@|$(pkg_libs)|' \
         -e 's|@LIBDIR@|$(LIBDIR:$(PREFIX)/%=$${prefix}/%)|' \
         -e 's|@INCLUDEDIR@|$(INCLUDEDIR:$(PREFIX)/%=$${prefix}/%)|' evoke.pc.in

install: all ## copy to $(DESTDIR)$(PREFIX): program, libraries, headers, manual
	install -d $(sort $(dir $(installed:%=$(DESTDIR)%)))
	install -m 755 $(prog) $(DESTDIR)$(BINDIR)/
	install -m 644 $(lib) $(shared) $(DESTDIR)$(LIBDIR)/
	ln -sf $(notdir $(shared)) $(DESTDIR)$(LIBDIR)/libevoke.so
	install -m 644 $(headers) $(DESTDIR)$(INCLUDEDIR)/evoke/
	$(pc) > $(DESTDIR)$(LIBDIR)/pkgconfig/evoke.pc
	install -m 644 $(man) $(DESTDIR)$(DATADIR)/man/man1/
	install -m 644 $(complete) $(DESTDIR)$(DATADIR)/bash-completion/completions/evoke
	@[ -n "$(DESTDIR)" ] || [ $$(id -u) != 0 ] || ldconfig

uninstall: ## remove what install copied
	$(RM) $(installed:%=$(DESTDIR)%)
	@rmdir $(DESTDIR)$(INCLUDEDIR)/evoke 2>/dev/null || true

# What pages are tried with: an installation in the build folder.  DESTDIR keeps ldconfig out of it.
$(usr): $(prog) $(lib) $(shared) $(man) $(complete) $(headers) evoke.pc.in
	@$(call say,STAGE,$@)
	$(Q)$(RM) -r $@
	$(Q)$(MAKE) --no-print-directory -s install DESTDIR=/ PREFIX=$(CURDIR)/$@ BINDIR=$(CURDIR)/$@/bin \
	    LIBDIR=$(CURDIR)/$@/lib INCLUDEDIR=$(CURDIR)/$@/include DATADIR=$(CURDIR)/$@/share
	$(Q)touch $@

DIST ?= build
dist: ## the files of the last commit as DIST/evoke-VERSION.tar.gz, the same bytes each time
	@mkdir -p $(DIST)
	git archive --format=tar --prefix=evoke-$(VERSION)/ HEAD | gzip -9n > $(DIST)/evoke-$(VERSION).tar.gz

clean: ## remove build/
	$(RM) -r build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14

-include $(wildcard $(B)/*/*.d $(B)/*/*/*.d $(B)/*/*/*/*.d $(B)/*/*/*/*/*.d)
