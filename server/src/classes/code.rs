//! The code that students join a class by.

use std::fmt;

/// Without 0, O, 1, I and L: what is read aloud or off a board is typed rightly.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// 31⁸ codes, about 8.5 × 10¹¹: with a thousand classes, one guess in 850 million is right.
const LENGTH: usize = 8;

/// A join code. Stored without a dash, shown with one: `7KQM-R3XA`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinCode(String);

impl JoinCode {
    /// A code that nobody can foresee.
    ///
    /// # Panics
    /// When the system has no randomness.
    pub fn fresh() -> Self {
        let mut code = String::with_capacity(LENGTH);
        while code.len() < LENGTH {
            let mut bytes = [0; 2 * LENGTH];
            #[expect(clippy::expect_used, reason = "nothing works without randomness")]
            getrandom::fill(&mut bytes).expect("the system gives randomness");
            // Bytes above the last whole multiple of the alphabet would make its first letters likelier.
            let fair = bytes.iter().filter(|byte| **byte < 248);
            for byte in fair.take(LENGTH - code.len()) {
                code.push(char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
            }
        }
        Self(code)
    }

    /// Reads what somebody typed: any case, with or without dashes and spaces. `None` for what
    /// can be no code.
    pub fn typed(text: &str) -> Option<Self> {
        let code: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '–' | '_'))
            .take(LENGTH + 1)
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let valid = code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
        valid.then_some(Self(code))
    }

    /// A code from the database.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// As it is stored and stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JoinCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_at_checked(LENGTH / 2) {
            Some((first, second)) => write!(f, "{first}-{second}"),
            None => f.write_str(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_has_no_look_alikes_and_no_two_agree() {
        let codes: BTreeSet<String> = (0..500).map(|_| JoinCode::fresh().0).collect();
        assert_eq!(codes.len(), 500);
        for code in codes {
            assert_eq!(code.len(), LENGTH);
            assert!(!code.contains(['0', 'O', '1', 'I', 'L']), "{code}");
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = JoinCode::fresh();
        for typed in [
            code.to_string(),
            code.as_str().to_owned(),
            format!("  {} ", code.to_string().to_lowercase()),
            code.to_string().replace('-', " "),
        ] {
            assert_eq!(JoinCode::typed(&typed), Some(code.clone()), "{typed}");
        }
        for wrong in [
            "",
            "ABCD",
            "ABCD-EFG0",
            "ABCD-EFGHJ",
            "ABCDÉFGH",
            "<script>",
        ] {
            assert_eq!(JoinCode::typed(wrong), None, "{wrong}");
        }
    }
}
