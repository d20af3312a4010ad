# Every target is one call of packaging/dev.py, which is also the way where make is missing.
PYTHON ?= python3

.PHONY: run demo test check test-engine test-gui test-slow screenshots clean
run demo test check test-engine test-gui test-slow screenshots clean:
	@$(PYTHON) packaging/dev.py $@ $(ARGS)
