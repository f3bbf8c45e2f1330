# A fresh clone needs Python 3.11 or later and make; everything else is installed from here.
#
#   make run     a shop's bot in the simulator, in the browser; no account needed. FOLDER=… runs another playbook
#   make new     a playbook of your own: asks a few questions, and writes it into a new folder
#   make test    what must hold at each step: six minutes on two cores
#   make test-all   the dear tests, too, before a landing: browsers, processes that are killed, crowds
#   make check   style, imports, types, and what the repository's words and documents must be
#   make documents   what declarations say in the documents: commands, operations, metrics, addresses
#   make site    build/site: the documents as a site in both languages, with search; open its index.html
#   make words   the translations as a program reads them, after an edit of one of their .po files
#   make bench   what an event costs, against a bot written by hand
#   make measure how soon it is ready, what idling costs
#   make soak    all tests, deep: with the slow ones, 50 rounds of kill -9 instead of 3, 500 random schedules;
#                .ci/soak says afterwards what was not run. TESTS=tests/hooks names a part
#   make hashes  build/constraints-hashed.txt: what oaflow needs to run, with the SHA-256 of each file
#   make sbom    build/sbom.json: the same as a bill of materials (CycloneDX), with licences
#   make audit   which pinned packages have known holes; fails where it could not find out
#
# PYTHON=… names another Python, PORT=… another port, CHROMIUM=… another browser.

PORT ?= 8080
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install
PINS := pyproject.toml constraints.txt
TOOLS := build/tools
SITE_TOOLS := build/site-tools
# half of a test's time is waiting: two for each of two cores (a fifth gained nothing). They take neighbours, which
# share what a module sets up
WORKERS := -n 4 --dist worksteal

.PHONY: help run new test test-all rest check style words documents site bench measure soak hashes sbom audit clean libraries browser node

help:
	@sed -n 's/^#   //p' Makefile

# what to advise whoever has started it so: a taken port is avoided with PORT=…, not with --port; and that Ctrl-C
# ends it is no error, of which make would write a line. exec: who ends make ends it, not a shell between them
run: export OAFLOW_STARTED_BY = make run$(if $(FOLDER), FOLDER="$(FOLDER)")
run: $(BIN)/.installed libraries
	@exec $(BIN)/oaflow run "$(or $(FOLDER),.)" --simulator --port $(PORT)

new: export OAFLOW_STARTED_BY = make new$(if $(FOLDER), FOLDER="$(FOLDER)")
new: $(BIN)/.installed
	@exec $(BIN)/oaflow new $(if $(FOLDER),"$(FOLDER)")

# where bytecode is not written, each of the hundreds of processes that tests start compiles everything anew
test rest soak: export PYTHONDONTWRITEBYTECODE :=
# the types are checked beside the tests, and told after them. In a fresh clone one process compiles what is
# tested, once, instead of each of the four: that was 12 s of CPU for each
test: style browser
	@$(BIN)/mypy >.venv/.types 2>&1 & types=$$!; \
	[ -e .venv/.bytecode ] || { $(BIN)/pytest --collect-only -qq >/dev/null 2>&1; touch .venv/.bytecode; }; \
	$(BIN)/pytest --ring test $(WORKERS); tests=$$?; \
	wait $$types; types=$$?; cat .venv/.types; exit $$((tests | types))

test-all: test rest

# what `make test` leaves out
rest: browser node
	$(BIN)/pytest --ring all --beyond test $(WORKERS)

check: style
	$(BIN)/mypy
	$(BIN)/pytest tests/repository

style: $(BIN)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --no-logo

documents: $(BIN)/.installed-dev
	$(BIN)/python -m tests.documents.generated

words: $(BIN)/.installed-dev
	$(BIN)/python -m tests.catalogue

# each page anew, as Sphinx warns only of what it reads: a link that leads nowhere is an error
site: $(SITE_TOOLS)/.installed
	@rm -rf build/site
	@$(SITE_TOOLS)/bin/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going --jobs auto \
		--doctree-dir $(SITE_TOOLS)/doctrees --conf-dir docs/site . build/site
	@echo "build/site/index.html"

bench: $(BIN)/.installed-dev libraries
	$(BIN)/python -m bench.main
	$(BIN)/python -m bench.engine

measure: $(BIN)/.installed-dev libraries
	$(BIN)/python -m bench.measure

soak: browser node
	OAFLOW_KILL_ROUNDS=50 OAFLOW_SCHEDULES=500 OAFLOW_OUTAGES="0 48.5 52 55 70" \
		$(BIN)/pytest --ring soak -rs $(WORKERS) $(TESTS)

clean:
	rm -rf .venv .node build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# -- what is installed: its hashes, its bill of materials, its known holes

hashes: build/constraints-hashed.txt
	@echo "pip install --require-hashes -r $<, then: pip install --no-deps ."

# of each package all files that there are, so it holds on any machine of this system and version of Python
build/constraints-hashed.txt: $(PINS) $(TOOLS)/.installed
	@echo "Fetching what is to be hashed (some minutes)"
	@$(TOOLS)/bin/pip-compile --quiet --generate-hashes --no-reuse-hashes --allow-unsafe --strip-extras \
		--no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--constraint constraints.txt --output-file $@ pyproject.toml

# what runs, and nothing that tests it: an environment with that alone is looked at
sbom: $(TOOLS)/.installed
	@$(BIN)/python -m venv --clear --without-pip build/shipped
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --python build/shipped \
		install --quiet -c constraints.txt -e .
	@$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file build/sbom.json build/shipped
	@rm -rf build/shipped
	@echo "build/sbom.json; of the embedded database it has the package and not the MongoDB in it"

# --strict: an index that knows none of these packages is no good news. Only a verdict tells that it has looked
audit: $(TOOLS)/.installed
	@told=$$($(TOOLS)/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --strict \
		--progress-spinner off --desc off 2>&1); code=$$?; \
	case "$$told" in \
	*"known vulnerabilit"*) echo "$$told" | grep -v '^WARNING:'; \
		echo "Not looked at: MongoDB in the package of the embedded database, and Python itself."; exit $$code ;; \
	*) echo "$$told" | tail -n 1 >&2; \
		echo "COULD NOT LOOK: nothing is known of these packages, neither good nor bad. It needs the network." >&2; \
		exit 1 ;; \
	esac

$(TOOLS)/.installed: audit-tools.txt
$(SITE_TOOLS)/.installed: site-tools.txt
$(TOOLS)/.installed $(SITE_TOOLS)/.installed: | $(BIN)/pip
	@echo "Installing the tools for this into $(@D)"
	@$(BIN)/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	@touch $@

# -- what Python needs: again only when the pins change

# $(call said,ENGLISH,CHINESE): in the language of the locale, and in Chinese where it tells none (C, POSIX): bot.yaml
# is not read here; no other comma may stand in it
spoken := $(firstword $(subst ., ,$(or $(LC_ALL),$(LC_MESSAGES),$(LANG),C)))
said = $(if $(filter zh% C POSIX,$(spoken)),$(2),$(1))

# $(call install,WHAT): a dot for each package, the large ones by name, at last what is done with them
define install
	@{ $(PIP) -c constraints.txt $(1); echo $$? >$(BIN)/.pip; } | while read -r word name rest; do \
		case "$$word $$rest" in \
		"Downloading ("[0-9][0-9]*MB*) printf ' %s %s ' "$${name%%-*}" "$$rest" ;; \
		Collecting*) printf '.' ;; \
		"Installing packages:"*) printf '\n%s' "$(call said,Unpacking …,解開中……)" ;; \
		esac; done; echo; exit "$$(cat $(BIN)/.pip)"
endef

$(BIN)/.installed: $(PINS) | $(BIN)/pip
	@echo "$(call said,Step 2 of 2: installing what oaflow needs (a minute or two; only this time),第 2 步，共 2 步：安裝需要的套件（一兩分鐘，只有第一次）)"
	$(call install,-e .)
	@touch $@

$(BIN)/.installed-dev: $(PINS) | $(BIN)/pip
	@echo "$(call said,Installing oaflow and what its tests need into .venv,安裝 oaflow 和測試需要的套件，放在 .venv)"
	$(call install,-e '.[dev]')
	@touch $@ $(BIN)/.installed

$(BIN)/pip:
	@test -n "$(PYTHON)" || { \
		echo "$(call said,oaflow needs Python 3.11 or later; this machine has,需要 Python 3.11 以上；這台電腦的是) $$(python3 --version 2>&1 || echo none)" >&2; \
		echo "$(call said,Install one or name it:,請安裝新的，或指定一個：) make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(call said,oaflow needs Python 3.11 or later; this one is,需要 Python 3.11 以上；這個是) $$($(PYTHON) --version 2>&1)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(call said,This Python cannot make virtual environments. On Debian and Ubuntu:,這個 Python 少了 venv。Debian 和 Ubuntu 請執行：)" >&2; \
		echo "    sudo apt-get install python3-venv" >&2; exit 1; }
	@echo "$(call said,Step 1 of 2: preparing the folder .venv; nothing outside of it is changed,第 1 步，共 2 步：準備 .venv 資料夾，只會動到這裡面)"
	@$(PYTHON) -m venv --clear .venv

# -- what the system needs: through its package manager, where we may

# $(call missing,PACKAGES,WHAT FOR): install Debian packages, or say what is missing and go on
define missing
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then as=; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then as="sudo -n"; \
	else echo "$(call said,Missing: $(2). Please install what your system calls $(1).,少了$(2)，請自己安裝（名稱可能不同）：$(1))" >&2; exit 0; fi; \
	echo "$(call said,Installing,安裝中：) $(1) …"; \
	$$as apt-get update -qq && \
	$$as env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(1) >/dev/null
endef

# mongod of the embedded database is linked with these two
libraries: $(BIN)/.installed
	@[ "$$(uname -s)" != Linux ] || \
	$(BIN)/python -c 'import ctypes; [ctypes.CDLL(n) for n in ("libssl.so.3", "libcurl.so.4")]' 2>/dev/null || { \
	$(call missing,libssl3 libcurl4,$(call said,the libraries of the embedded database,內建資料庫要用的程式庫)); }

# Debian's Chromium without a window does the same with a third less work: it is taken where it is to be had
shell_or_whole := $$(apt-cache show chromium-headless-shell >/dev/null 2>&1 && echo chromium-headless-shell || echo chromium)

browser: $(BIN)/.installed-dev libraries
	@[ -n "$$CHROMIUM" ] || command -v chromium-headless-shell >/dev/null || { \
	{ command -v chromium || command -v chromium-browser; } >/dev/null && [ "$(shell_or_whole)" = chromium ]; } || { \
	$(call missing,$(shell_or_whole),a browser without a window (quicker; without any the tests in a real browser are skipped)); } || \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null
	@[ -n "$$(fc-list :lang=zh-tw 2>/dev/null)" ] || { \
	$(call missing,fontconfig fonts-noto-cjk,Chinese fonts for the tests in a real browser); }

# LINE's Node SDK, for the test that runs it; Node itself where the machine has none, or one that is too old
node: $(BIN)/.installed-dev
	@$(BIN)/python -m tests.simulator.node_sdk --node-is-there 2>/dev/null || { \
	echo "Installing Node into .venv …"; $(PIP) --quiet -c constraints.txt -e '.[dev,node]'; }
	@$(BIN)/python -m tests.simulator.node_sdk
