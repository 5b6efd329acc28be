# METADATA
# title: Names of personal data and of secrets
# description: >-
#   Splits a name of any style into words and looks for the terms of data.gatekeeper.data. A term counts at the end of
#   the name only, or in front of words that change nothing (userEmail, email_address, but not emailTemplateId), and
#   not behind words that make a yes or no of it (hasEmail). Digits, case and accents do not matter. A username, a name
#   alone, an IP address and a postal code are no personal data by themselves: projects add what is one for them.
package gatekeeper.lib.names

import rego.v1

# Whether the name says personal data, according to the library and the settings.
personal(name) if matches(name, personal_dictionary)

# Whether the name says something that must stay secret.
secret(name) if matches(name, secret_dictionary)

# The same for a query parameter, where a bare `token` is a credential, too.
secret_in_query(name) if secret(name)

secret_in_query(name) if normal(name) in secret_data.query_only

# Whether the name says a token that a login hands out.
token(name) if matches(name, token_dictionary)

# The name as lower-case words with single blanks between them.
normal(name) := concat(" ", words(name))

words(name) := [word | some word in split(lower(abbreviations), " "); word != ""] if {
	is_string(name)
	folded := regex.replace(strings.replace_n(accents, name), combining_accents, "")
	letters := regex.replace(folded, `[^A-Za-z\x{80}-\x{10FFFF}]+`, " ")
	humps := regex.replace(letters, `([a-z])([A-Z])`, "${1} ${2}")
	abbreviations := regex.replace(humps, `([A-Z])([A-Z][a-z]{2})`, "${1} ${2}")
} else := []

matches(name, dictionary) if {
	spoken := words(name)
	count(spoken) > 0
	count({word | some word in array.slice(spoken, 0, count(spoken) - 1)} & dictionary.before) == 0
	said := candidates(spoken, dictionary.behind)
	count(said & dictionary.terms) > 0
	count(said & dictionary.ignore) == 0
}

# What a term may be: up to four words that end the name or stand in front of up to two harmless ones; singular, too.
candidates(spoken, behind) := {candidate |
	some end in [count(spoken), count(spoken) - 1, count(spoken) - 2]
	end > 0
	every word in array.slice(spoken, end, count(spoken)) { word in behind }
	some length in [1, 2, 3, 4]
	length <= end
	phrase := concat(" ", array.slice(spoken, end - length, end))
	some candidate in [phrase, trim_suffix(phrase, "s"), trim_suffix(phrase, "es")]
}

personal_dictionary := {
	"terms": {normal(term) | some term in array.concat(library_terms, added)},
	"ignore": {normal(term) | some term in array.concat(personal_data.ignore, ignored)},
	"behind": {word | some word in personal_data.behind},
	"before": {word | some word in personal_data.before},
}

secret_dictionary := {
	"terms": {term | some term in secret_data.terms},
	"ignore": {term | some term in secret_data.ignore},
	"behind": {word | some word in secret_data.behind},
	"before": {word | some word in secret_data.before},
}

token_dictionary := object.union(secret_dictionary, {"terms": {term | some term in secret_data.tokens}})

personal_data := data.gatekeeper.data.personal_data

secret_data := data.gatekeeper.data.secret_names

# Comprehensions, so that an absent settings document adds nothing.
added := [name | some name in data.gatekeeper.settings.personal_data.names]

ignored := [name | some name in data.gatekeeper.settings.personal_data.ignore]

library_terms := [term | some terms in personal_data.terms; some term in terms]

combining_accents := `[\x{300}-\x{36F}]`

# Spelt out: the engines limit the size of a regular expression, which the Unicode classes exceed.
accents := {
	"á": "a", "à": "a", "â": "a", "ã": "a", "ä": "a", "Á": "A", "À": "A", "Â": "A", "Ã": "A", "Ä": "A",
	"é": "e", "è": "e", "ê": "e", "ë": "e", "É": "E", "È": "E", "Ê": "E", "Ë": "E",
	"í": "i", "î": "i", "ï": "i", "Í": "I", "Î": "I", "Ï": "I", "ç": "c", "Ç": "C", "ñ": "n", "Ñ": "N",
	"ó": "o", "ô": "o", "õ": "o", "ö": "o", "Ó": "O", "Ô": "O", "Õ": "O", "Ö": "O",
	"ú": "u", "ù": "u", "û": "u", "ü": "u", "Ú": "U", "Ù": "U", "Û": "U", "Ü": "U", "ß": "ss",
}
