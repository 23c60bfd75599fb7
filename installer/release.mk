# Targets of whoever makes a release; included by the Makefile, run from its folder.
#   make wheel         dist/*.whl and the source archive
#   make wheel-check   the wheel (WHEEL=, or built), installed by pip and pipx elsewhere, run there
#   make nsis-check    the Windows installer, compiled around a dummy payload, tried in Wine if there
#   make licences      what ships, under which licences: dist/licences; fails where one may not ship
#   make sbom          the same as a CycloneDX bill of materials in dist/
#   make release       checks everything that a release needs, then builds it (RELEASE.md);
#                      KEY=... signs with that key of gpg
# BUNDLE=dist/s2flow-studio has licences and sbom look into what PyInstaller made, too.
.PHONY: wheel wheel-check nsis-check licences sbom release

NOTICES := $(PYTHON) -W error installer/notices
BUNDLE_OPTION := $(if $(BUNDLE),--bundle $(BUNDLE))

wheel: setup
	$(PYTHON) -m hatchling build -d dist

wheel-check: setup
	installer/wheel_check.sh $(WHEEL)

nsis-check: setup
	installer/windows/nsis_check.sh

licences: setup
	$(NOTICES)/licence_report.py --commit $(BUNDLE_OPTION)

sbom: setup
	$(NOTICES)/sbom.py $(BUNDLE_OPTION)

release: setup
	$(PYTHON) installer/release.py $(if $(KEY),--key $(KEY))
