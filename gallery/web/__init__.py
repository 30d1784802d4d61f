"""What the lesson and the site have in common: how Sphinx builds them, and the directives and looks of their pages.

`settings` is their configuration, `building` runs Sphinx, `languages` leads from a page to the same one in another
language, `mathml` is mathematics without a network, `japanese` joins lines, `extension` has the directives `{terminal}`
and what shows a file that was made.
"""
