package gatekeeper.lib.names_test

import data.gatekeeper.lib.names
import rego.v1

variable := {"$unknown": "var.x"}

test_words_of_all_styles if {
	every name in ["dateOfBirth", "DateOfBirth", "date_of_birth", "DATE_OF_BIRTH", "date-of-birth", "date.of.birth", "date of birth", "dateOf_Birth2"] {
		names.words(name) == ["date", "of", "birth"]
	}
}

test_words_of_abbreviations if {
	names.words("userSSN") == ["user", "ssn"]
	names.words("SSNNumber") == ["ssn", "number"]
	names.words("customerIDs") == ["customer", "ids"]
	names.words("x-API-Key") == ["x", "api", "key"]
	names.words("phone2Number") == ["phone", "number"]
}

test_words_without_accents if {
	names.words("numéro_de_téléphone") == ["numero", "de", "telephone"]
	names.words("Straße") == ["strasse"]
	names.words("DirecciónPostal") == ["direccion", "postal"]
}

test_words_of_what_is_no_name if {
	every x in ["", "_", "42", null, 7, [], {}, variable] { names.words(x) == [] }
}

test_personal_data if {
	every name in [
		"email", "userEmail", "user_email", "EMAIL", "emails", "email_address", "emailAddress", "email1", "e-mail", "eMail",
		"date_of_birth", "dateOfBirth", "DOB", "birthDate", "phone_number", "phoneNumbers", "mobilePhone", "homeTelephone",
		"firstName", "last_name", "customer.surname", "SSN", "userSSN", "ssn_number", "social-security-number",
		"passportNumber", "passport_no", "IBAN", "iBAN", "first_name_kana", "ssn_last_4", "created_by_email", "creditCardNumber", "billing_address", "shippingAddresses",
	] {
		names.personal(name)
	}
}

test_personal_data_of_other_languages if {
	every name in [
		"telefonnummer", "Telefon_Nummer", "geburtsdatum", "kundeVorname", "E-Mail-Adresse",
		"prénom", "numero_de_telephone", "dateNaissance", "courriel",
		"apellidos", "fechaNacimiento", "correo_electrónico", "teléfono",
		"sobrenome", "data_nascimento", "cpf", "telefone",
	] {
		names.personal(name)
	}
}

test_not_personal_data if {
	every name in [
		"emailTemplateId", "email_id", "phoneModel", "addressBookSize", "emailVerified", "email_enabled", "phone_count",
		"email_status", "emailFormat", "email_hash", "emailType", "birthdayReminder", "has_email", "isEmail", "showPhone", "no_email",
		"address", "mac_address", "name", "username", "user_name", "userId", "hostname", "filename", "megaphones_", "dobby", "cityName",
		"headphone", "microphones", "serviceAccountEmail", "agentCanEditEmail", "autoSendEmails", "hashed_email_address",
	] {
		not names.personal(name)
	}
}

test_not_personal_data_of_other_types if {
	every x in [null, true, 7, "", [], ["email"], {"email": "email"}, variable] { not names.personal(x) }
}

test_settings_add_names if {
	names.personal("tierhalter_kennung") with data.gatekeeper.settings as {"personal_data": {"names": ["TierhalterKennung"]}}
	names.personal("email") with data.gatekeeper.settings as {"personal_data": {"names": ["tierhalter_kennung"]}}
	not names.personal("tierhalter_kennung")
}

test_settings_ignore_names if {
	not names.personal("orderPhone") with data.gatekeeper.settings as {"personal_data": {"ignore": ["phone"]}}
	not names.personal("contactEmail") with data.gatekeeper.settings as {"personal_data": {"ignore": ["contact_email"]}}
	names.personal("userEmail") with data.gatekeeper.settings as {"personal_data": {"ignore": ["contact_email"]}}
}

test_secrets if {
	every name in ["password", "userPassword", "newPassword", "password_hash", "clientSecret", "api_key", "apiKey", "X-API-Key", "private-key", "accessToken", "passwort"] {
		names.secret(name)
	}
}

test_not_secrets if {
	every name in [
		"passwordPolicy", "password_expires_at", "hasPassword", "resetPassword", "secretName", "api_key_id", "apiKeyPrefix", "token", "tokens",
		"next_page_token", "pageToken", "key", "public_key", "image_pull_secret", "secretary", "passwordless", "expirePassword", null, variable,
	] {
		not names.secret(name)
	}
}

test_bare_token_is_a_credential_in_a_query if {
	names.secret_in_query("token")
	names.secret_in_query("api_key")
	not names.secret_in_query("pageToken")
	not names.secret_in_query("continuation_token")
	not names.secret_in_query(variable)
}

test_tokens if {
	names.token("accessToken")
	names.token("id_token")
	not names.token("password")
	not names.token("pageToken")
}

# Only the end of a name of many words is looked at.
test_long_name if {
	long := concat("_", [sprintf("x%v", [n]) | some n in numbers.range(1, 100)])
	names.personal(concat("_", [long, "email"]))
	not names.personal(concat("_", ["email", long]))
}
