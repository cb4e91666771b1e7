//! A made-up class: rows as they would be after weeks of work. The same numbers make the same class.

use std::collections::BTreeMap;

use drydock_course::model::{Block, Course, Item, Lab};
use serde_json::{Value, json};
use uuid::{ContextV7, Timestamp, Uuid};

use crate::classes::code::JoinCode;
use crate::store::Table;

/// What the class is to be like.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Students.
    pub students: usize,
    /// Assignments: the labs of the course, then quizzes, then lessons, as far as there are any.
    pub assignments: usize,
    /// Title of the class.
    pub title: String,
    /// What the instructor signs in with.
    pub email: String,
    /// The password's hash, also of the students'.
    pub password: String,
    /// Unix seconds: four fifths of the assignments were due by then.
    pub now: i64,
}

/// The class.
#[derive(Debug, Default)]
pub struct Sample {
    /// Id of the class.
    pub class: String,
    /// What it is made of, in an order in which it can be stored.
    pub rows: Vec<(Table, Vec<Value>)>,
    /// Labs that were handed in.
    pub labs: Vec<String>,
}

macro_rules! tables {
    ($($constant:ident $name:literal $($column:literal)*;)*) => {
        $(const $constant: Table = Table { name: $name, columns: &[$($column),*] };)*
        const ORDER: &[Table] = &[$($constant),*];
    };
}

// In an order in which no row refers to a later one.
tables! {
    ACCOUNTS "accounts" "id" "created_at" "seen_at";
    PEOPLE "people" "account" "email" "name" "password" "role" "created_at";
    CLASSES "classes" "id" "course" "title" "join_code" "created_at";
    MEMBERS "members" "class" "account" "role" "joined_at";
    ASSIGNMENTS "assignments" "id" "class" "kind" "slug" "due_at" "late_percent" "grading" "position" "created_at";
    SUBMISSIONS "submissions" "id" "account" "course" "lab" "assignment" "attempt" "grading" "submitted_at" "state"
        "fault" "not_before" "score" "max_score" "graded_at";
    GRADINGS "gradings" "submission" "run" "graded_at" "content_version" "score" "max_score";
    CHECKS "graded_checks" "submission" "run" "check_id" "step" "title" "hidden" "state" "expected" "found" "points"
        "earned" "place";
    GRADES "grades" "assignment" "account" "score" "max_score" "submission" "late_days" "at" "override_score"
        "override_reason" "override_by" "override_at";
    COMMENTS "comments" "id" "submission" "author" "at" "text";
    HISTORY "check_history" "session" "account" "course" "lab" "step" "check_id" "seq" "state" "found" "at";
}

const DAY: i64 = 86_400;
const FIRST: [&str; 32] = [
    "Amina", "Ben", "Chloé", "Daniel", "Elif", "Farah", "Grace", "Hugo", "Ines", "Jakub", "Kofi",
    "Leila", "Mateo", "Nadia", "Oscar", "Priya", "Quentin", "Rosa", "Sami", "Tara", "Umar", "Vera",
    "Wei", "Ximena", "Yusuf", "Zoë", "Aoife", "Bilal", "Carmen", "Dmitri", "Emeka", "Freya",
];
const LAST: [&str; 37] = [
    "Adeyemi", "Brown", "Costa", "Demir", "Evans", "Fischer", "García", "Hughes", "Ivanov",
    "Jones", "Khan", "Lee", "Müller", "Nowak", "O'Neill", "Patel", "Quinn", "Rossi", "Singh",
    "Taylor", "Ueda", "Varga", "Wang", "Xu", "Yilmaz", "Zhang", "Ali", "Byrne", "Clarke", "Diaz",
    "Eze", "Farouk", "Green", "Hassan", "Ito", "Jensen", "Kaya",
];
const FOUND: [&str; 4] = [
    "Nothing of that name is there.",
    "It is there, but the user is \"root\".",
    "Its command is in shell form: \"python app.py\".",
    "The port 8080 answers with status 500.",
];

/// Numbers that look like chance and are the same each time (SplitMix64).
struct Chance(u64);

impl Chance {
    /// 0 up to 1.
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as f64 / u64::MAX as f64
    }

    fn happens(&mut self, share: f64) -> bool {
        self.share() < share
    }

    fn below(&mut self, end: i64) -> i64 {
        ((self.share() * end as f64) as i64).min(end - 1)
    }
}

/// An assignment to be.
enum Task<'a> {
    Lab(&'a Lab),
    Quiz(&'a str, usize),
    Lesson(&'a str),
}

fn tasks(course: &Course) -> Vec<Task<'_>> {
    let items = || course.modules.iter().flat_map(|module| &module.items);
    let labs = items().filter_map(|item| match item {
        Item::Lab(lab) => Some(Task::Lab(lab)),
        Item::Lesson(_) => None,
    });
    let quizzes = items().filter_map(|item| match item {
        Item::Lesson(lesson) => {
            let blocks = lesson.blocks.iter();
            let questions = blocks.filter(|it| matches!(it, Block::Quiz(_))).count();
            (questions > 0).then_some(Task::Quiz(&lesson.slug, questions))
        }
        Item::Lab(_) => None,
    });
    let lessons = items().filter_map(|item| match item {
        Item::Lesson(lesson) => Some(Task::Lesson(&lesson.slug)),
        Item::Lab(_) => None,
    });
    labs.chain(quizzes).chain(lessons).collect()
}

/// Makes the class up.
pub fn class(course: &Course, wanted: &Wanted) -> Sample {
    let mut maker = Maker {
        chance: Chance(wanted.students as u64),
        ids: ContextV7::new(),
        rows: BTreeMap::new(),
        course: &course.slug,
        now: wanted.now,
        instructor: String::new(),
    };
    let name = "Robin Instructor";
    maker.instructor = maker.person(name, &wanted.email, &wanted.password, "instructor");
    let class = maker.id(wanted.now - 100 * DAY);
    let code = JoinCode::fresh();
    let begun = wanted.now - 90 * DAY;
    maker.put(
        CLASSES,
        json!([class, course.slug, wanted.title, code.as_str(), begun]),
    );
    let instructor = json!([class, maker.instructor, "instructor", begun]);
    maker.put(MEMBERS, instructor);
    let mut tasks = tasks(course);
    tasks.truncate(wanted.assignments);
    let past = (tasks.len() as i64 * 4 / 5).max(1);
    let mut assignments = Vec::new();
    for (at, task) in tasks.iter().enumerate() {
        let id = maker.id(begun);
        let due = wanted.now + (at as i64 + 1 - past) * 2 * DAY - DAY / 2;
        let (kind, slug) = match task {
            Task::Lab(lab) => ("lab", lab.slug.as_str()),
            Task::Quiz(slug, _) => ("quiz", *slug),
            Task::Lesson(slug) => ("lesson", *slug),
        };
        let row = json!([id, class, kind, slug, due, 10, "clean", at, begun]);
        maker.put(ASSIGNMENTS, row);
        assignments.push((id, due, task));
    }
    for number in 0..wanted.students {
        let (first, last) = (FIRST[number % FIRST.len()], LAST[number % LAST.len()]);
        let email = format!("student{:04}@example.org", number + 1);
        let name = format!("{first} {last}");
        let account = maker.person(&name, &email, &wanted.password, "student");
        maker.put(MEMBERS, json!([class, account, "student", begun]));
        let ability = 0.35 + 0.65 * maker.chance.share().sqrt();
        for (assignment, due, task) in &assignments {
            maker.work(&account, assignment, *due, task, ability);
        }
    }
    let labs = tasks.iter().filter_map(|task| match task {
        Task::Lab(lab) => Some(lab.slug.clone()),
        _ => None,
    });
    let rows = ORDER
        .iter()
        .filter_map(|table| maker.rows.remove_entry(table));
    Sample {
        class,
        labs: labs.collect(),
        rows: rows.collect(),
    }
}

struct Maker<'a> {
    chance: Chance,
    ids: ContextV7,
    rows: BTreeMap<Table, Vec<Value>>,
    course: &'a str,
    now: i64,
    instructor: String,
}

/// What somebody has in one assignment.
struct Mark {
    score: Option<f64>,
    of: f64,
    submission: Option<String>,
    late_days: i64,
    at: i64,
}

impl Maker<'_> {
    fn put(&mut self, table: Table, row: Value) {
        self.rows.entry(table).or_default().push(row);
    }

    fn id(&mut self, at: i64) -> String {
        let at = u64::try_from(at).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(&self.ids, at, 0)).to_string()
    }

    fn person(&mut self, name: &str, email: &str, password: &str, role: &str) -> String {
        let begun = self.now - 100 * DAY;
        let account = self.id(begun);
        self.put(ACCOUNTS, json!([account, begun, self.now]));
        self.put(PEOPLE, json!([account, email, name, password, role, begun]));
        account
    }

    /// What one student did for one assignment, if anything.
    fn work(&mut self, account: &str, assignment: &str, due: i64, task: &Task<'_>, ability: f64) {
        let past = due < self.now;
        let diligence = if past {
            0.55 + 0.45 * ability
        } else {
            0.3 * ability
        };
        if !self.chance.happens(diligence) {
            return;
        }
        let late = self.chance.happens(0.08) && due < self.now - 3 * DAY;
        let (late_days, at) = if late {
            let days = 1 + self.chance.below(3);
            (days, due + days * DAY - self.chance.below(DAY))
        } else {
            (0, due - 1 - self.chance.below(5 * DAY))
        };
        let at = at.min(self.now - 60);
        let mark = match task {
            Task::Lab(lab) => self.lab(account, assignment, lab, (at, late_days), ability),
            Task::Quiz(_, of) => {
                let right = (0..*of).filter(|_| self.chance.happens(ability)).count();
                Mark {
                    score: Some(right as f64),
                    of: *of as f64,
                    submission: None,
                    late_days,
                    at,
                }
            }
            Task::Lesson(_) => Mark {
                score: Some(1.0),
                of: 1.0,
                submission: None,
                late_days,
                at,
            },
        };
        self.grade(account, assignment, &mark);
    }

    fn lab(
        &mut self,
        account: &str,
        assignment: &str,
        lab: &Lab,
        (at, late_days): (i64, i64),
        ability: f64,
    ) -> Mark {
        let of: f64 = lab.checks().map(|check| f64::from(check.points)).sum();
        let attempts = 1 + i64::from(self.chance.happens(0.15));
        let mut best: Option<(f64, String)> = None;
        let mut waits = None;
        for attempt in 1..=attempts {
            let at = at - (attempts - attempt) * 3_600;
            let submission = self.id(at);
            self.history(account, &submission, lab, at, ability);
            let state = match self.chance.below(1_000) {
                0..=5 if attempt == attempts => "queued",
                6..=8 => "error",
                _ => "graded",
            };
            let fault = (state == "error").then_some("The engine was gone while this was graded.");
            // Nothing grades what waits in a made-up class.
            let not_before = if state == "queued" {
                self.now + 3_650 * DAY
            } else {
                0
            };
            let (earned, checks) = self.verdicts(&submission, lab, ability);
            let graded = state == "graded";
            let (score, max) = (graded.then_some(earned), graded.then_some(of));
            let graded_at = graded.then_some(at + 40);
            self.put(
                SUBMISSIONS,
                json!([
                    submission,
                    account,
                    self.course,
                    lab.slug,
                    assignment,
                    attempt,
                    "clean",
                    at,
                    state,
                    fault,
                    not_before,
                    score,
                    max,
                    graded_at
                ]),
            );
            if graded {
                self.put(
                    GRADINGS,
                    json!([submission, 1, at + 40, "made up", earned, of]),
                );
                self.rows.entry(CHECKS).or_default().extend(checks);
                if best.as_ref().is_none_or(|(most, _)| earned > *most) {
                    best = Some((earned, submission));
                }
            } else {
                waits = Some(submission);
            }
        }
        let Some((earned, submission)) = best else {
            return Mark {
                score: None,
                of,
                submission: waits,
                late_days,
                at,
            };
        };
        if self.chance.happens(0.03) {
            let text = "Good work. Look again at the order of your COPY lines: \
                        the cache would like the requirements first.";
            let id = self.id(at + DAY);
            let row = json!([id, submission, self.instructor, at + DAY, text]);
            self.put(COMMENTS, row);
        }
        let kept = (1.0 - 0.1 * late_days as f64).max(0.0);
        Mark {
            score: Some((earned * kept * 100.0).round() / 100.0),
            of,
            submission: Some(submission),
            late_days,
            at,
        }
    }

    /// What a grading of the submission says, and the points.
    fn verdicts(&mut self, submission: &str, lab: &Lab, ability: f64) -> (f64, Vec<Value>) {
        let mut sum = 0.0;
        let checks = lab.checks().enumerate().map(|(place, check)| {
            let points = f64::from(check.points);
            let passes = self.chance.happens(0.4 + 0.6 * ability);
            let (state, found, earned) = if passes {
                ("pass", "It is as it should be.", points)
            } else {
                ("fail", FOUND[self.chance.below(4) as usize], 0.0)
            };
            sum += earned;
            let hidden = i32::from(check.hidden);
            let expected = "As the step asks for it.";
            json!([
                submission,
                1,
                check.id,
                check.step,
                check.title,
                hidden,
                state,
                expected,
                found,
                points,
                earned,
                place
            ])
        });
        let checks = checks.collect();
        (sum, checks)
    }

    /// Results in the session before the submission.
    fn history(&mut self, account: &str, session: &str, lab: &Lab, end: i64, ability: f64) {
        let mut at = end - 3_600;
        for (number, check) in lab.checks().filter(|check| !check.hidden).enumerate() {
            let hard = 0.25 + 0.5 * ((number * 7 % 5) as f64 / 5.0);
            let mut row = |maker: &mut Self, seq: i64, state: &str, found: &str| {
                at += 20 + maker.chance.below(120);
                let row = json!([
                    session,
                    account,
                    maker.course,
                    lab.slug,
                    check.step,
                    check.id,
                    seq,
                    state,
                    found,
                    at
                ]);
                maker.put(HISTORY, row);
            };
            let mut seq = 1;
            while seq <= 4 && self.chance.happens(hard * (1.2 - ability)) {
                let found = FOUND[(number + self.chance.below(2) as usize) % 4];
                row(self, seq, "fail", found);
                seq += 1;
            }
            if seq <= 4 {
                row(self, seq, "pass", "It is as it should be.");
            }
        }
    }

    fn grade(&mut self, account: &str, assignment: &str, mark: &Mark) {
        let Mark {
            score,
            of,
            submission,
            late_days,
            at,
        } = mark;
        let changed = score.is_some() && self.chance.happens(0.01);
        let (points, by) = (changed.then_some(of), changed.then_some(&self.instructor));
        let reason = changed.then_some("The check was too strict: the answer is right.");
        let when = changed.then_some(self.now - DAY);
        let row = json!([
            assignment, account, score, of, submission, late_days, at, points, reason, by, when
        ]);
        self.put(GRADES, row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_make_the_same_class_but_for_its_ids() {
        let content = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
        let library = drydock_course::load(&content).library;
        let wanted = Wanted {
            students: 9,
            assignments: 50,
            title: "Sample".into(),
            email: "robin@example.org".into(),
            password: String::new(),
            now: 1_750_000_000,
        };
        let count = |sample: &Sample| -> Vec<_> {
            let rows = sample.rows.iter();
            rows.map(|(table, rows)| (table.name, rows.len())).collect()
        };
        let sample = class(&library.courses[0], &wanted);
        assert_eq!(count(&sample), count(&class(&library.courses[0], &wanted)));
        assert!(count(&sample).contains(&("assignments", 50)));
        assert!(count(&sample).contains(&("members", 10)));
    }
}
