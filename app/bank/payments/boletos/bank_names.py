"""Banks by the number that boletos begin with (the Central Bank's, three digits)."""

NAMES = {
    "001": "Banco do Brasil",
    "003": "Banco da Amazônia",
    "004": "Banco do Nordeste",
    "021": "Banestes",
    "033": "Santander",
    "037": "Banpará",
    "041": "Banrisul",
    "047": "Banese",
    "070": "BRB",
    "077": "Inter",
    "084": "Uniprime",
    "085": "Ailos",
    "104": "Caixa Econômica Federal",
    "133": "Cresol",
    "136": "Unicred",
    "197": "Stone",
    "208": "BTG Pactual",
    "212": "Banco Original",
    "218": "BS2",
    "237": "Bradesco",
    "246": "ABC Brasil",
    "260": "Nubank",
    "290": "PagBank",
    "318": "BMG",
    "323": "Mercado Pago",
    "336": "C6 Bank",
    "341": "Itaú",
    "380": "PicPay",
    "389": "Mercantil do Brasil",
    "422": "Safra",
    "623": "Pan",
    "633": "Rendimento",
    "655": "Votorantim",
    "707": "Daycoval",
    "745": "Citibank",
    "748": "Sicredi",
    "756": "Sicoob",
}


def name_of(number):
    """Return the bank that goes by ``number``, or the number itself in words."""
    return NAMES.get(number, f"Banco {number}")
