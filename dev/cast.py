"""Who plays in the demo: people, a bank, an app. Plain data, so that it costs nothing to read."""

from urllib.parse import urlsplit

INSTITUTION = "demo"
AURORA = {  # a second bank, with a brand of its own
    "code": "aurora",
    "name": "Banco Aurora",
    "colours": {
        "action": "#5b2a86",
        "action_text": "#ffffff",
        "action_dark": "#c9a6f0",
        "panel_from": "#2d1245",
        "panel_to": "#6b3a96",
    },
    "logo": "docs/samples/aurora.png",
}
PASSWORD = "pao-de-queijo-quentinho"
PERSON = {
    "email": "demo@portaria.example",
    "password": PASSWORD,
    "name": "Ana Demonstração",
    "username": "demo",
    "cpf": "52998224725",
    "phone": "+5511987654321",
    "claims": {"birthdate": "1990-01-15", "locale": "pt-BR"},
    "verified": True,
}
PAYEE = {
    "email": "padaria@portaria.example",
    "password": PASSWORD,
    "name": "Padaria do Bruno",
    "username": "padaria",
    "verified": True,
}
FRIEND = {
    "email": "marina@portaria.example",
    "password": PASSWORD,
    "name": "Marina Alves",
    "username": "marina",
    "cpf": "39053344705",
    "verified": True,
}
MONEY_MINOR = 500_000  # R$ 5.000,00
BANK_CLIENT = {
    "client_name": "Portaria Bank",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "token_endpoint_auth_method": "client_secret_basic",
    "scope": "people:resolve notices:send",
}
MACHINE_CLIENT_ID = "cofrinho-caixas"
MACHINE_CLIENT = {
    "client_name": "Rede de caixas do Cofrinho",
    "grant_types": ["client_credentials"],
    "response_types": [],
    "token_endpoint_auth_method": "private_key_jwt",
    "scope": "atm:validate",
}
TERMINAL = {"terminal_id": "COFRINHO-1", "name": "Caixa 1", "place": "Av. Paulista, 1000"}


def demo_client_id(issuer):
    """Return the demo's client id: one for each address, since its redirect address differs."""
    port = urlsplit(issuer).port
    return "cofrinho" if port == 3000 else f"cofrinho-{port or 'https'}"
