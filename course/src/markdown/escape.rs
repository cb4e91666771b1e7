//! Text into markup.

/// Appends text with the characters that mean something in HTML escaped.
pub(crate) fn push_text(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
}

/// The text with the characters that mean something in HTML escaped.
pub(crate) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    push_text(&mut out, text);
    out
}

/// An address, fit for an attribute: what an address cannot hold is percent-encoded.
pub(crate) fn address(address: &str) -> String {
    let mut out = String::with_capacity(address.len() + 8);
    for byte in address.bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            _ if b"-._~:/?#[]@!$()*+,;=%".contains(&byte) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A heading or title as an anchor or slug: lower-case letters and digits with `-` between.
pub(crate) fn slug(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        } else if character != '\'' && character != '’' && !out.ends_with('-') && !out.is_empty()
        {
            out.push('-');
        }
    }
    out.truncate(80);
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_stays_a_text() {
        assert_eq!(text("<a href=\"x\">&"), "&lt;a href=&quot;x&quot;&gt;&amp;");
    }

    #[test]
    fn an_address_cannot_leave_its_attribute() {
        assert_eq!(
            address("https://x.y/ä?a=1&b=\"'<>"),
            "https://x.y/%C3%A4?a=1&amp;b=%22%27%3C%3E"
        );
    }

    #[test]
    fn slugs_are_lower_case_words_with_hyphens() {
        assert_eq!(slug("What's `COPY . .` for?"), "whats-copy-for");
        assert_eq!(slug("§§"), "");
    }
}
