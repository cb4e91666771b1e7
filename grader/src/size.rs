//! Sizes, read and printed as Docker does: powers of 1000, three digits or so.

const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];

/// Bytes of a size such as `200MB` or `1.5 GB`.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let factor = match text[digits..].trim().to_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        _ => return None,
    };
    let bytes = number * factor;
    // A size beyond what a number holds exactly is a slip in the check.
    (bytes.is_finite() && bytes < 9e15).then_some(bytes as u64)
}

/// Bytes as `docker images` prints them.
pub(crate) fn print(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    // Three significant digits, without zeros at the end.
    let decimals = if unit == 0 || value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.decimals$}");
    let text = if decimals == 0 {
        &text
    } else {
        text.trim_end_matches('0').trim_end_matches('.')
    };
    format!("{text}{}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_powers_of_1000() {
        for (text, bytes) in [
            ("200MB", Some(200_000_000)),
            ("1.5 GB", Some(1_500_000_000)),
            ("12kB", Some(12_000)),
            ("7", Some(7)),
            ("big", None),
            ("5 MiB", None),
            ("", None),
            ("99999999999999TB", None),
        ] {
            assert_eq!(parse(text), bytes, "{text}");
        }
    }

    #[test]
    fn sizes_are_printed_as_docker_images_does() {
        for (bytes, text) in [
            (0, "0B"),
            (1_983_417, "1.98MB"),
            (133_000_000, "133MB"),
            (1_020_000_000, "1.02GB"),
            (55_500_000, "55.5MB"),
            (u64::MAX, "18447PB"),
        ] {
            assert_eq!(print(bytes), text);
        }
    }
}
