//! How a class orders the modules of its course, and which it hides.

use drydock_course::model::{Course, Module};

use crate::store::ModuleRow;

/// The modules of a course as a class has them, each with whether it is hidden: those that it
/// ordered first, then the rest in the course's order. A module that the course no longer has is
/// left out.
pub fn arranged<'a>(course: &'a Course, rows: &[ModuleRow]) -> Vec<(&'a Module, bool)> {
    let find = |slug: &str| course.modules.iter().find(|module| module.slug == slug);
    let ordered = rows
        .iter()
        .filter_map(|row| Some((find(&row.module)?, row.hidden)));
    let rest = course
        .modules
        .iter()
        .filter(|module| rows.iter().all(|row| row.module != module.slug))
        .map(|module| (module, false));
    ordered.chain(rest).collect()
}

/// What can be done with a module's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// One place up.
    Up,
    /// One place down.
    Down,
    /// Out of sight.
    Hide,
    /// Back into sight.
    Show,
}

impl Change {
    /// The change of that word.
    pub fn read(word: &str) -> Option<Self> {
        match word {
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            "hide" => Some(Self::Hide),
            "show" => Some(Self::Show),
            _ => None,
        }
    }
}

/// The arrangement after a change to one module. What cannot be done changes nothing.
pub fn changed(
    course: &Course,
    rows: &[ModuleRow],
    module: &str,
    change: Change,
) -> Vec<ModuleRow> {
    let mut order: Vec<ModuleRow> = arranged(course, rows)
        .into_iter()
        .map(|(module, hidden)| ModuleRow {
            module: module.slug.clone(),
            hidden,
        })
        .collect();
    let Some(at) = order.iter().position(|row| row.module == module) else {
        return order;
    };
    match change {
        Change::Up if at > 0 => order.swap(at, at - 1),
        Change::Down if at + 1 < order.len() => order.swap(at, at + 1),
        Change::Up | Change::Down => {}
        Change::Hide | Change::Show => {
            if let Some(row) = order.get_mut(at) {
                row.hidden = change == Change::Hide;
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Course {
        let module = |slug: &str| Module {
            slug: slug.into(),
            title: String::new(),
            summary: String::new(),
            outcomes: Vec::new(),
            items: Vec::new(),
        };
        Course {
            slug: "docker".into(),
            title: String::new(),
            summary: String::new(),
            outcomes: Vec::new(),
            modules: ["a", "b", "c"].map(module).into(),
            references: Vec::new(),
            assets: Vec::new(),
        }
    }

    fn words(course: &Course, rows: &[ModuleRow]) -> String {
        let one = |(module, hidden): (&Module, bool)| {
            let slug = &module.slug;
            if hidden {
                format!("({slug})")
            } else {
                slug.clone()
            }
        };
        arranged(course, rows)
            .into_iter()
            .map(one)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn modules_move_hide_and_come_back() {
        let course = course();
        let mut rows = Vec::new();
        for (module, change, seen) in [
            ("a", Change::Up, "a b c"),
            ("c", Change::Up, "a c b"),
            ("a", Change::Down, "c a b"),
            ("b", Change::Down, "c a b"),
            ("a", Change::Hide, "c (a) b"),
            ("gone", Change::Hide, "c (a) b"),
            ("a", Change::Show, "c a b"),
        ] {
            rows = changed(&course, &rows, module, change);
            assert_eq!(words(&course, &rows), seen, "{module} {change:?}");
        }
    }

    #[test]
    fn a_module_that_is_new_comes_last_and_one_that_is_gone_is_left_out() {
        let rows = ["gone", "b"].map(|slug| ModuleRow {
            module: slug.into(),
            hidden: false,
        });
        assert_eq!(words(&course(), &rows), "b a c");
    }
}
