"""Words of medium and support, folded, in English, Portuguese, French, Italian, German and Spanish."""

from __future__ import annotations

# Family (the values of catalogue.models.Medium) → beginnings of words that mean it.
FAMILIES: dict[str, tuple[str, ...]] = {
    "mixed": (
        "mixed media", "mixed-media", "tecnica mista", "tecnica mixta", "technique mixte", "mischtechnik", "collage",
        "colagem", "assemblage", "combined media", "installation", "instalacao", "综合材料", "综合媒材",
    ),
    "oil": ("oil", "oleo", "huile", "olio", "ol auf", "ol", "olgemalde", "油画", "油彩", "alkyd"),
    "acrylic": ("acrylic", "acrilic", "acrylique", "acryl", "vinyl", "vinilic", "丙烯"),
    "tempera": ("tempera", "fresco", "fresque", "casein", "encausti", "distemper", "egg tempera", "坦培拉"),
    "watercolour": (
        "watercolo", "water colo", "aguarela", "aquarel", "aquarell", "acquerello", "acquarello", "acuarela", "gouache", "guache",
        "gouazze", "gouasse", "guazzo", "body colour", "bodycolour", "水彩", "设色", "colour and ink", "ink and colo", "ink ,colo", "ink, colo",
    ),
    "ink": ("ink", "tinta da china", "tinta-da-china", "tinta", "encre", "tusche", "china", "inchiostro", "lavis", "wash",
            "pen and", "caneta", "sumi", "felt-tip", "marker", "marcador", "esferografica", "ballpoint", "水墨", "墨"),
    "pastel": ("pastel", "oil stick", "oilstick", "pastello", "wax crayon"),
    "drawing": (
        "pencil", "graphite", "grafite", "charcoal", "carvao", "fusain", "kohle", "chalk", "sanguin", "lapis", "crayon",
        "bleistift", "matita", "carboncino", "desenho", "drawing", "dessin", "zeichnung", "disegno", "sepia", "conte", "dibujo",
    ),
    "print": (
        "lithograph", "litografia", "lithographie", "litho", "screenprint", "silkscreen", "screen print", "serigraf", "serigraph",
        "etching", "agua-forte", "agua forte", "eau-forte", "acquaforte", "radierung", "aquatint", "engraving", "gravura", "gravure",
        "incisione", "drypoint", "ponta seca", "woodcut", "woodblock", "xilogravura", "xilografia", "linocut", "linogravura",
        "monotype", "monotipia", "print", "estampa", "estampe", "offset", "poster", "cartaz", "giclee", "mezzotint", "impressao",
        "photolithograph", "fotolitografia", "pochoir", "holzschnitt", "版画", "reproducao",
    ),
    "photograph": (
        "photograph", "photo", "fotografia", "fotograf", "gelatin silver", "c-print", "chromogenic", "cibachrome", "daguerre",
        "albumen", "platinum print", "polaroid", "lambda print", "inkjet", "prova fotografica", "摄影", "c print", "digital print",
    ),
    "sculpture": (
        "bronze", "sculpture", "escultura", "scultura", "skulptur", "marble", "marmore", "marbre", "marmo", "plaster", "gesso",
        "cast ", "stone", "pedra", "granit", "steel", "aco", "ferro", "iron", "brass", "latao", "aluminum", "aluminium", "aluminio",
        "wood sculpture", "madeira", "carved", "resin", "resina", "fiberglass", "fibra de vidro", "figura", "estatueta", "busto",
        "alabast", "ivory", "marfim", "copper wire", "neon", "wax", "concrete", "polyurethane", "medalha", "平面雕塑", "雕塑",
    ),
    "ceramic": (
        "ceramic", "porcelain", "porcelana", "porcelaine", "porzellan", "faience", "faianca", "faienca", "terracotta", "terra cotta",
        "terracota", "barro", "stoneware", "earthenware", "azulejo", "painel de azulejo", "gres", "glass", "vidro", "verre", "vetro",
        "cristal", "crystal", "glazed", "majolica", "biscuit", "陶瓷",
    ),
    "textile": ("tapestr", "tapecaria", "tapisserie", "textile", "textil", "embroider", "bordado", "wool", "fabric", "thread", "carpet", "tapete", "quilt", "batik"),
    "other": (
        "prata", "silver", "gold", "ouro", "livro", "book", "plastic", "plastico", "metal", "couro", "leather", "tin", "casquinha",
        "video", "dvd", "digital", "lacquer", "laca", "enamel", "esmalte", "nippon", "urethane", "objet", "objeto", "estanho", "cobre",
        "spray", "paint", "pintura", "painting", "peinture", "gemalde", "dipinto", "painted",
    ),
}  # fmt: skip
# Support → words that name it after "on", "/" or alone.
SUPPORTS: dict[str, tuple[str, ...]] = {
    "canvas": ("canvas", "tela", "toile", "leinwand", "lienzo", "toille", "linen", "linho", "lin", "burlap", "juta", "布面", "canvasboard", "canvas board"),
    "paper": ("paper", "papel", "papier", "carta", "velum", "vellum", "pergaminho", "parchment", "newspaper", "washi", "hanji", "纸本"),
    "board": ("board", "cardboard", "cartao", "carton", "karton", "cartone", "paperboard", "platex", "masonite", "aglomerado", "illustration board", "cartolina", "hardboard", "mdf"),
    "panel": ("panel", "wood", "madeira", "bois", "holz", "tavola", "tabla", "plywood", "contraplacado", "panneau", "oak", "tabua", "legno"),
    "copper": ("copper", "cobre", "cuivre", "kupfer", "rame"),
    "silk": ("silk", "seda", "soie", "seide", "绢本"),
    "metal": ("metal", "aluminum", "aluminium", "aluminio", "steel", "tin", "zinc", "folha", "ferro", "dibond"),
    "glass": ("glass", "vidro", "verre", "glas", "vetro", "acrilico", "plexiglas", "perspex", "acetate", "acetato"),
    "stone": ("slate", "ardoise", "marble", "marmore", "stone", "marbre", "albatre", "alabaster"),
    "plaster": ("plaster", "gesso", "wall", "muro"),
    "ceramic": ("ceramic", "ceramica", "azulejo", "porcelana", "porcelain", "tile"),
}  # fmt: skip
ON = ("sobre", "on", "sur", "auf", "su", "s/", "laid on", "mounted on", "laid down on", "em", "/", "in")
SIGNED = r"(?:assinad[oa]s?|signed|signe(?:e|s|es)?|signiert|firmat[oa]|firmad[oa]|bezeichnet|monogrammed|monogramad[oa]s?|com monograma|unsigned|nao assinad[oa]s?|inscribed|stamped|marcad[oa]s?|initialled|artist's seal|by estate)"  # noqa: E501
EDITION = r"(?:numerad[oa]s?|numbered|numerote(?:e|s|es)?|nummeriert|numerat[oa]|edition(?: of)?|edicao de|tiragem de|ed\.|tirage|prova de artista|artist'?s proof|epreuve d'artiste|p\.a\.|a\.p\.|h\.c\.)"
DATED = r"(?:datad[oa]s?(?: de)?|dated|date(?:e|s|es)?(?: de)?|datiert|datat[oa]|fechad[oa]|executed in|circa|c\.)"
