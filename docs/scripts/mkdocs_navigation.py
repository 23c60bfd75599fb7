"""A hook of MkDocs: the site's navigation is the contents page of each language."""

from typing import Any, Final

from s2flow_app.paths import guide_dir
from s2flow_app.ui.help.guide import INDEX, contents

LANGUAGES: Final = {"en": "English", "de": "Deutsch"}


def on_config(config: Any) -> Any:
    """Fill `nav`; a page that German lacks is in the English part alone."""
    root = guide_dir().resolve()
    nav: list[Any] = [{"S2-Flow Studio": INDEX}]
    for language, name in LANGUAGES.items():
        part: list[Any] = [f"{language}/{INDEX}"]
        for chapter in contents(language):
            pages = [
                {title: page.relative_to(root).as_posix()}
                for title, page in chapter.pages
                if page.is_relative_to(root / language)
            ]
            if pages:
                part.append({chapter.title: pages})
        nav.append({name: part})
    config["nav"] = nav
    return config
