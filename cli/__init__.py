"""The command `graphviz-ad`; installed as the package `graphviz_ad_cli`."""
