"""Administrative divisions of China: the data files that `kg.build_places` writes, and how `kg.places` reads, finds and links them."""
