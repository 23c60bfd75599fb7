"""What is said of certificates and keys that exports are signed with."""

from typing import Final

from s2flow_app.ui.translate import QT_TRANSLATE_NOOP

TEXTS: Final = (
    QT_TRANSLATE_NOOP("Told", 'Exports cannot be signed: the extra "c2pa" is not installed.'),
    QT_TRANSLATE_NOOP(
        "Told", 'Install it (pip install "s2flow-app[c2pa]"), or export without a signature.'
    ),
    QT_TRANSLATE_NOOP("Told", "The export cannot be signed: {0}."),
    QT_TRANSLATE_NOOP(
        "Told", "Export without a signature, or try again after closing other programs."
    ),
    QT_TRANSLATE_NOOP("Told", "it takes too long"),
    QT_TRANSLATE_NOOP("Told", "the process that signs ended ({0})"),
    QT_TRANSLATE_NOOP("Told", "The certificate cannot sign exports: {0}."),
    QT_TRANSLATE_NOOP("Told", "its signature would be {0}"),
    QT_TRANSLATE_NOOP(
        "Told",
        "It must be issued for signing (extended key usage: email protection, or C2PA's own), "
        "with its whole chain in the file.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} is not the key of the certificate in {1}."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Give the two that belong together; the signing certificate stands first in its file.",
    ),
    QT_TRANSLATE_NOOP(
        "Told", "The certificate in {0} is valid from {1} to {2}, which today is not."
    ),
    QT_TRANSLATE_NOOP("Told", "Have it renewed, or set the computer's clock."),
    QT_TRANSLATE_NOOP("Told", "{0} holds no certificate in PEM form."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Give one PEM file: the signing certificate, then those that it was issued by.",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} is protected by a passphrase."),
    QT_TRANSLATE_NOOP(
        "Told",
        "Give a copy without one that only you can read (openssl pkcs8 -topk8 -nocrypt -in KEY "
        "-out COPY).",
    ),
    QT_TRANSLATE_NOOP("Told", "{0} holds no private key in PEM form."),
    QT_TRANSLATE_NOOP("Told", "{0} holds a key of a kind that cannot sign exports."),
    QT_TRANSLATE_NOOP(
        "Told", "Give an EC key (P-256, P-384, P-521), an RSA or an Ed25519 key in PEM form."
    ),
    QT_TRANSLATE_NOOP(
        "Told", "Name the files of certificate and key that exports are signed with."
    ),
)
