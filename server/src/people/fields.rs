//! What may stand in the fields of an account. Every refusal says what to do.

use unicode_normalization::UnicodeNormalization as _;

/// Longest name, in characters.
pub const NAME: usize = 100;
/// Longest e-mail address, in bytes, as mail systems take it.
pub const EMAIL: usize = 254;
/// Fewest and most characters of a password.
pub const PASSWORD: std::ops::RangeInclusive<usize> = 10..=200;

/// Passwords that everybody tries first, of those that are long enough.
const COMMON: &[&str] = &[
    "0123456789",
    "1029384756",
    "123123123123",
    "1234567890",
    "12345678910",
    "123456789a",
    "1234567891",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "987654321a",
    "9876543210",
    "abc1234567",
    "abcd123456",
    "abcdefghij",
    "adminadmin",
    "administrator",
    "asdfghjkl;",
    "asdfghjkl1",
    "basketball",
    "changeme123",
    "correcthorsebatterystaple",
    "dockerdocker",
    "drydockdrydock",
    "iloveyou123",
    "letmein123",
    "letmeinletmein",
    "mypassword",
    "passw0rd123",
    "password01",
    "password12",
    "password123",
    "password1234",
    "password12345",
    "passwordpassword",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "qazwsxedc1",
    "qwertyuiop",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "secret1234",
    "student123",
    "teacher123",
    "trustno1trustno1",
    "welcome123",
    "zxcvbnm123",
];

/// A shown name, tidied.
///
/// # Errors
/// With what to do when it is empty, too long, or has characters that cannot be seen.
pub fn name(text: &str) -> Result<String, String> {
    let name: String = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .nfc()
        .collect();
    if name.is_empty() {
        return Err("Enter your name as others should see it.".into());
    }
    if name.chars().count() > NAME {
        return Err(format!("Use at most {NAME} characters."));
    }
    if name.chars().any(is_hidden) {
        return Err("Leave out characters that cannot be seen.".into());
    }
    Ok(name)
}

/// Control characters, and those that turn the direction of the text behind them.
fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// An e-mail address, tidied.
///
/// # Errors
/// With what to do when it is none.
pub fn email(text: &str) -> Result<String, String> {
    let email = text.trim();
    let plain = email.len() <= EMAIL
        && !email
            .chars()
            .any(|char| char.is_whitespace() || is_hidden(char))
        && email.parse::<lettre::Address>().is_ok();
    if plain {
        Ok(email.to_owned())
    } else {
        Err("Enter an e-mail address, such as ada@example.edu.".into())
    }
}

/// A new password in the one form in which it is hashed and compared: the same letters can be typed
/// as different characters, depending on the keyboard.
///
/// # Errors
/// With what to do when it is too short, too long, or among the first that anybody would try.
pub fn new_password(text: &str, email: Option<&str>, name: &str) -> Result<String, String> {
    let password = password(text);
    let length = password.chars().count();
    if length < *PASSWORD.start() {
        return Err(format!(
            "Use at least {} characters; this has {length}. A few words do well.",
            PASSWORD.start()
        ));
    }
    if length > *PASSWORD.end() {
        return Err(format!("Use at most {} characters.", PASSWORD.end()));
    }
    let lower = password.to_lowercase();
    let first = lower.chars().next();
    if COMMON.contains(&lower.as_str()) || lower.chars().all(|char| Some(char) == first) {
        return Err(
            "This is one of the first passwords that anybody would try. Choose another.".into(),
        );
    }
    let squeezed = squeeze(&lower);
    let local = email.and_then(|email| email.split('@').next());
    let own = [email, local, Some(name)];
    if own
        .into_iter()
        .flatten()
        .any(|own| squeeze(own) == squeezed)
    {
        return Err("Your name and your e-mail address are no password. Choose another.".into());
    }
    Ok(password)
}

/// A password that was typed, in the form that [`new_password`] gives.
pub fn password(text: &str) -> String {
    text.nfkc().collect()
}

fn squeeze(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|char| char.is_alphanumeric())
        .collect()
}

/// The address if it leads to a page of this site, so that no link to us leads away after signing in.
pub fn local(next: &str) -> Option<&str> {
    let bytes = next.as_bytes();
    let local = bytes.first() == Some(&b'/')
        // Browsers take `\` for `/`, and drop tabs and line ends: `/\evil` and `/<tab>/evil` lead away.
        && !matches!(bytes.get(1), Some(b'/' | b'\\'))
        && bytes.iter().all(u8::is_ascii_graphic)
        && !bytes.contains(&b'\\')
        && next.len() <= 1000;
    local.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_bounded() {
        assert_eq!(name("  Ada \t Lovelace ").unwrap(), "Ada Lovelace");
        assert_eq!(name("Zoë").unwrap(), name("Zoe\u{308}").unwrap());
        assert!(name(&"a".repeat(NAME)).is_ok());
        for bad in ["", "  ", &"a".repeat(NAME + 1), "a\u{202E}b", "a\0b"] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn addresses_are_taken_and_other_text_is_not() {
        assert_eq!(email(" ada@example.edu ").unwrap(), "ada@example.edu");
        assert!(email("a+b@sub.example.edu").is_ok());
        let long = format!("{}@example.edu", "a".repeat(EMAIL));
        for bad in [
            "",
            "ada",
            "@example.edu",
            "ada@",
            "a b@example.edu",
            "a@b@c",
            "a\n@b.example",
            &long,
        ] {
            assert!(email(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_long_enough_by_characters_and_not_by_bytes() {
        let check = |text: &str| new_password(text, Some("ada@example.edu"), "Ada Lovelace");
        assert!(check("ünïcödé!").is_err());
        assert!(check("ünïcödé!!!").is_ok());
        assert!(check(&"ab".repeat(100)).is_ok());
        assert!(check(&"ab".repeat(101)).is_err());
        assert!(check("nine char").is_err());
        // No rules of composition: small letters and spaces do.
        assert!(check("a few plain words").is_ok());
    }

    #[test]
    fn the_first_guesses_are_refused() {
        for guess in [
            "password123",
            "PASSWORD123",
            "aaaaaaaaaaaa",
            "ada@example.edu",
            "ADA@EXAMPLE.EDU",
            "Ada Lovelace",
            "adalovelace",
        ] {
            assert!(
                new_password(guess, Some("ada@example.edu"), "Ada Lovelace").is_err(),
                "{guess}"
            );
        }
        assert!(new_password("grace.hopper", Some("grace.hopper@example.edu"), "G").is_err());
    }

    #[test]
    fn a_password_is_the_same_on_every_keyboard() {
        assert_eq!(
            password("cafe\u{301} au lait"),
            password("caf\u{e9} au lait")
        );
    }

    #[test]
    fn only_addresses_of_this_site_are_gone_to() {
        for fine in ["/", "/courses/docker", "/a?b=c&d=%2F#e"] {
            assert_eq!(local(fine), Some(fine));
        }
        for away in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x",
            " /x",
            "evil.example",
            "/a\\b",
        ] {
            assert_eq!(local(away), None, "{away:?}");
        }
    }
}
