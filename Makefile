# spinekg: `make demo` and `make test` work on a fresh clone; `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
