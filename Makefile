# EdgeVision: `make demo` shows the whole journey, `make test` runs every check.
# Each target sets up what it needs, in folders that git ignores.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OLDEST := .venv-oldest
# A file's tests stay together: they share fixtures that take seconds to make. Four at
# most: each may hold a TensorFlow of more than a gigabyte.
PARALLEL ?= -n auto --maxprocesses 4 --dist loadfile
PIP := -m pip install --quiet --disable-pip-version-check

SOURCES := $(shell find edgevision training converters runtime devices -type f -not -path '*__pycache__*') setup.cfg

.PHONY: help setup demo zoo test lint types pytest faults test-oldest test-arm64 test-camera test-power test-window test-gstreamer test-interop test-mutations test-attack clean

help:
	@echo "make demo         train, convert, verify and run a small classifier"
	@echo "make test         lint, types and all tests"
	@echo "make test-oldest  the device's tests with the oldest supported packages"
	@echo "make test-arm64   real models on an emulated arm64 board against x86-64; as root"
	@echo "make test-camera  a real /dev/video0 in a small virtual machine: modes and faults"
	@echo "make test-power   cut a virtual machine's power under load, CUTS=3 times: what each sink loses"
	@echo "make test-interop    our files in MediaPipe Tasks and the TFLite Task Library"
	@echo "make zoo          convert and measure every network: docs/reference/models.md"
	@echo "make test-mutations  1,000 damaged models, with every backend"
	@echo "make test-attack     hostile files, cameras, signals, disks; ATTACK=--short in CI"
	@echo "make test-window     the window sink on a virtual screen"
	@echo "make test-gstreamer  GStreamer pipelines with the system's own Python"
	@echo "make faults       see the faults of sources happen again, write docs/reference/faults.md"
	@echo "make test-doctor     doctor in environments that are really broken"
	@echo "make setup        only make the environment in $(VENV)"

setup: $(VENV)/.ready

# pip's cache makes the second time fast; the stamp is renewed when the needs change.
$(VENV)/.ready: setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 10) <= sys.version_info[:2] <= (3, 13) else "EdgeVision needs Python 3.10 to 3.13, and $(PYTHON) is %d.%d: run make PYTHON=python3.11" % sys.version_info[:2])'
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment here. Run: sudo apt install python3-venv"; exit 1; }
	$(BIN)/python $(PIP) --upgrade pip 'setuptools>=77' wheel
	$(BIN)/python $(PIP) '.[convert,video,heic,dev]'
	@touch $@

# A regular install of what the checkout holds now: mypy and the wheel tests see it.
$(VENV)/.installed: $(VENV)/.ready $(SOURCES)
	@rm -rf build
	$(BIN)/python $(PIP) --no-deps --no-build-isolation --force-reinstall .
	@rm -rf build
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/edgevision demo --train --force

test: lint types pytest

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/python tests/rules/types_of_installed_tree.py

pytest: $(VENV)/.installed
	$(BIN)/python -m pytest -q $(PARALLEL)

# The fault matrix of docs/reference/faults.md, seen anew; where a server's packages are absent its rows stay.
faults: $(VENV)/.ready
	EDGEVISION_FAULT_ROWS=$(CURDIR)/tools/docs/faults $(BIN)/python -m pytest -q tests/runtime/sources
	EDGEVISION_FAULT_ROWS=$(CURDIR)/tools/docs/faults $(MAKE) test-gstreamer
	$(BIN)/python tools/docs/make_faults_page.py

# A real window on a virtual screen, and GStreamer with the system's own Python.
test-window:
	tests/rigs/window/run.sh $(PYTHON)

test-gstreamer:
	tests/rigs/gstreamer/run.sh

# Environments of their own under .cache/interop; the Task Library needs Python <= 3.11.
test-interop: $(VENV)/.ready
	tests/interop/run.sh $(BIN)/python $(PYTHON)

test-mutations: $(VENV)/.ready $(OLDEST)/.ready
	$(BIN)/python tests/mutations/run.py --count 1000
	$(OLDEST)/bin/python tests/mutations/run.py --count 1000

# Real commands against hostile files, cameras, signals, disks and terminals: a table.
test-attack: $(VENV)/.ready
	$(BIN)/python tests/attack/run.py $(ATTACK)

# Environments of their own under .cache/doctor; tflite-runtime needs Python <= 3.11.
test-doctor:
	$(PYTHON) tests/doctor/run.py

test-oldest: $(OLDEST)/.ready
	$(OLDEST)/bin/python -m pytest -q $(PARALLEL) -m "not tf" tests/rules tests/edgevision tests/runtime tests/devices

# What stands in for a board; Debian's packages are installed where they are absent and this is root.
test-arm64: $(VENV)/.ready $(OLDEST)/.ready
	tests/rigs/arm64/run.sh $(BIN)/python ai-edge-litert $(OLDEST)/bin/python tflite-runtime

# With EDGEVISION_FAULT_ROWS=tools/docs/faults, the rows of docs/reference/faults.md are written anew.
test-camera: $(VENV)/.ready $(OLDEST)/.ready
	tests/rigs/camera/run.sh $(OLDEST)/bin/python $(BIN)/python

# 20 cuts, as in docs/reference/sinks.md, take half an hour.
CUTS ?= 3
test-power: $(VENV)/.ready
	tests/rigs/power/run.sh $(BIN)/python --cuts $(CUTS)

$(OLDEST)/.ready: setup.cfg
	@$(PYTHON) -m venv $(OLDEST) || { echo "Python cannot make a virtual environment here. Run: sudo apt install python3-venv"; exit 1; }
	@$(OLDEST)/bin/python -c 'import sys; sys.exit(0 if sys.version_info[:2] <= (3, 11) else "tflite-runtime 2.14 needs Python 3.10 or 3.11: run make test-oldest PYTHON=python3.11")'
	$(OLDEST)/bin/python $(PIP) --upgrade pip
	$(OLDEST)/bin/python $(PIP) 'numpy==1.26.4' 'opencv-python-headless==4.11.0.86' \
	  'tflite-runtime==2.14.0' click pytest pytest-xdist hypothesis tomli
	@touch $@

# Every network at full size: an hour on two cores, fourteen gigabytes for VGG-16; goes on
# where it was interrupted.
zoo: $(VENV)/.installed
	$(BIN)/python benchmarks/zoo.py build
	$(BIN)/python benchmarks/zoo.py train
	$(BIN)/python benchmarks/zoo.py latency
	$(BIN)/python benchmarks/zoo.py page

clean:
	rm -rf $(VENV) $(OLDEST) .cache build dist demo-output .mypy_cache .pytest_cache .ruff_cache
