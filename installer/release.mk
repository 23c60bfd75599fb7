# Targets of whoever makes a release; included by the Makefile, run from its folder.
#   make wheel         dist/*.whl and the source archive
#   make wheel-check   the wheel, installed by pip and pipx elsewhere, and run there
#   make licences      what ships, under which licences: dist/licences; fails where one may not ship
#   make sbom          the same as a CycloneDX bill of materials in dist/
# BUNDLE=dist/s2flow-studio has the last two look into what PyInstaller made, too.
.PHONY: wheel wheel-check licences sbom

NOTICES := $(PYTHON) -W error installer/notices
BUNDLE_OPTION := $(if $(BUNDLE),--bundle $(BUNDLE))

wheel: setup
	$(PYTHON) -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist .
	$(PYTHON) -m hatchling build -t sdist

wheel-check: setup
	installer/wheel_check.sh $(WHEEL)

licences: setup
	$(NOTICES)/licence_report.py --commit $(BUNDLE_OPTION)

sbom: setup
	$(NOTICES)/sbom.py $(BUNDLE_OPTION)
