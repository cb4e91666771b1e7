//! How numbers are written.

/// With at most two decimals, and none that are nought: `7.5`.
pub fn points(points: f64) -> String {
    // `+ 0.0` makes -0 a 0.
    ((points * 100.0).round() / 100.0 + 0.0).to_string()
}

/// `74.5 %`, with a space that does not break.
pub fn percent(percent: f64) -> String {
    format!("{percent:.1}\u{a0}%")
}

/// `45 s`, `12 min`, `2 h 5 min`, `3 d`.
pub fn duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    match seconds {
        ..60 => format!("{} s", seconds.max(0)),
        60..3_600 => format!("{minutes} min"),
        3_600..86_400 if minutes % 60 == 0 => format!("{} h", minutes / 60),
        3_600..86_400 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `812 B`, `8.4 kB`, `141 MB`: in thousands, as Docker prints sizes.
pub fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["B", "kB", "MB"] {
        if value < 999.5 {
            return if unit == "B" || value >= 99.5 {
                format!("{value:.0} {unit}")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1_000.0;
    }
    format!("{value:.1} GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_no_decimals_that_say_nothing() {
        assert_eq!(
            [7.0, 7.5, 6.666, -0.0].map(points),
            ["7", "7.5", "6.67", "0"]
        );
    }

    #[test]
    fn durations_are_short() {
        let words = [-1, 59, 60, 3_599, 3_600, 7_500, 259_200].map(duration);
        assert_eq!(
            words,
            ["0 s", "59 s", "1 min", "59 min", "1 h", "2 h 5 min", "3 d"]
        );
    }

    #[test]
    fn sizes_are_as_docker_prints_them() {
        let words = [0, 999, 8_400, 141_000_000, 2_500_000_000].map(size);
        assert_eq!(words, ["0 B", "999 B", "8.4 kB", "141 MB", "2.5 GB"]);
    }
}
