"""The files of natural variants are data: percent files whose cells `test_variants` runs."""

collect_ignore_glob = ["variants/*"]
