# Linux packages, all of one build; included by the Makefile, run from its folder.
#   make deb             dist/s2flow-studio_VERSION_amd64.deb
#   make tarball         the same as an archive that runs from where it is unpacked
#   make appdir          the same as an AppDir
#   make installer-test  the .deb in bare Debian and Ubuntu systems: installed, a photo retouched in
#                        its window, removed; figures to docs/reliability.md. As root.
#                        SUITES="bookworm noble" chooses among them, DEB=... the package
.PHONY: bundle deb tarball appdir installer-test

bundle deb tarball appdir: setup
	@installer/linux/build.sh $@

installer-test:
	@installer/linux/installer_test.sh $(if $(DEB),--deb $(DEB)) $(SUITES)
