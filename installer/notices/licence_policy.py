"""Which licences may ship.

Permissive ones, the MPL, and those of the LGPL's family that `known.toml` names one by one. The GPL
only with an exception that leaves the programs alone that use it. What is unknown may not.
"""

from typing import Any, Final

from boolean import Expression
from license_expression import AND, OR, LicenseWithExceptionSymbol, get_spdx_licensing
from packaging.utils import canonicalize_name
from shipped import KNOWN, Component

ALLOWED: Final = frozenset(
    (
        "0BSD", "Apache-2.0", "blessing", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0",
        "bzip2-1.0.6", "CC0-1.0", "CDDL-1.0", "FTL", "HPND-sell-variant", "IJG", "ISC",
        "JasPer-2.0", "libpng-2.0", "libtiff", "MIT", "MIT-0", "MIT-CMU", "MIT-Modern-Variant",
        "MPL-2.0", "OpenSSL", "PSF-2.0", "Python-2.0.1", "Unicode-3.0", "X11",
        "X11-distribute-modifications-variant", "Zlib",
        # Microsoft's terms for what its compiler's users pass on with their programs.
        "LicenseRef-Microsoft-Redistributable",
    )
)  # fmt: skip
ALLOWED_WITH: Final = frozenset(
    (
        ("Apache-2.0", "LLVM-exception"),
        ("GPL-3.0-or-later", "GCC-exception-3.1"),
        ("GPL-2.0-or-later", "Bootloader-exception"),
    )
)
_LICENSING: Final = get_spdx_licensing()


def refusal(component: Component) -> str:
    """Why ``component`` may not ship, as one sentence; empty if it may."""
    who = f"{component.name} {component.version}".strip()
    if component.within:
        who += f" (in {component.within}: {', '.join(component.files)})"
    if not component.licence:
        return f"{who}: its licence is not known. Look it up and add it to known.toml."
    if _may(_LICENSING.parse(component.licence), is_lgpl_named=_is_named(component)):
        return ""
    return f"{who}: {component.licence} may not ship."


def chosen(component: Component) -> str:
    """The licence under which ``component`` ships: of alternatives the first that may."""
    parsed: Any = _LICENSING.parse(component.licence)
    if isinstance(parsed, OR):
        named = _is_named(component)
        return str(next((p for p in parsed.args if _may(p, is_lgpl_named=named)), parsed))
    return str(parsed)


def is_lgpl(expression: str) -> bool:
    return expression.startswith("LGPL-")


def _is_named(component: Component) -> bool:
    names = {canonicalize_name(name) for name in KNOWN["lgpl"]}
    return canonicalize_name(component.name) in names


def _may(expression: Expression | Any, *, is_lgpl_named: bool) -> bool:
    if isinstance(expression, AND):
        return all(_may(part, is_lgpl_named=is_lgpl_named) for part in expression.args)
    if isinstance(expression, OR):
        return any(_may(part, is_lgpl_named=is_lgpl_named) for part in expression.args)
    if isinstance(expression, LicenseWithExceptionSymbol):
        pair = (expression.license_symbol.key, expression.exception_symbol.key)
        return pair in ALLOWED_WITH
    key = str(expression)
    return key in ALLOWED or (is_lgpl(key) and is_lgpl_named)
