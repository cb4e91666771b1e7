//! Classes, who is in them, and how they order the modules of their course.

use std::fmt;

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Store, id};
use crate::access::Role;
use crate::classes::code::JoinCode;
use crate::ids::{AccountId, ClassId};

/// Classes that one person may teach.
pub const CLASSES_EACH: i64 = 100;
/// Members of a class, instructors among them.
pub const MEMBERS: i64 = 2_000;

/// Why something cannot be stored.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// A limit is reached; the text says which and what to do.
    #[error("{0}")]
    Full(String),
    /// It is there already; the text says what.
    #[error("{0}")]
    Taken(&'static str),
    /// The class would be left without an instructor.
    #[error("A class needs an instructor: make somebody else one first.")]
    LastInstructor,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
}

/// What somebody is in one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemberRole {
    /// Teaches it.
    Instructor,
    /// Learns in it.
    Student,
}

impl MemberRole {
    /// The word that is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instructor => "instructor",
            Self::Student => "student",
        }
    }

    fn read(word: &str) -> Self {
        match word {
            "instructor" => Self::Instructor,
            _ => Self::Student,
        }
    }
}

impl fmt::Display for MemberRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A class to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewClass<'a> {
    /// Slug of its course.
    pub course: &'a str,
    /// Shown title.
    pub title: &'a str,
    /// IANA name of the zone of its times, such as `Europe/London`.
    pub time_zone: &'a str,
}

/// A stored class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassRow {
    /// Its id.
    pub id: ClassId,
    /// Slug of its course.
    pub course: String,
    /// Shown title.
    pub title: String,
    /// IANA name of the zone in which its times are typed and shown.
    pub time_zone: String,
    /// What students join by.
    pub join_code: JoinCode,
    /// Whether the code lets anybody in.
    pub join_open: bool,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds. An archived class is read only.
    pub archived_at: Option<i64>,
}

impl ClassRow {
    /// Reads the columns of [`COLUMNS`].
    pub(super) fn read(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: id(row.try_get("class_id")?)?,
            course: row.try_get("course")?,
            title: row.try_get("title")?,
            time_zone: row.try_get("time_zone")?,
            join_code: JoinCode::stored(row.try_get("join_code")?),
            join_open: row.try_get("join_open")?,
            created_at: row.try_get("class_created_at")?,
            archived_at: row.try_get("archived_at")?,
        })
    }
}

/// The columns of a class in a query that may join other tables.
pub(super) const COLUMNS: &str = "classes.id AS class_id, classes.course, classes.title, classes.time_zone,
    classes.join_code, classes.join_open, classes.created_at AS class_created_at, classes.archived_at";

/// A class, what somebody is in it, and how many it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnClass {
    /// The class.
    pub class: ClassRow,
    /// What they are in it.
    pub role: MemberRole,
    /// How many students it has.
    pub students: i64,
    /// How many assignments it has.
    pub assignments: i64,
}

/// Somebody in a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub account: AccountId,
    /// Shown name.
    pub name: String,
    /// What they sign in with, if they do so here.
    pub email: Option<String>,
    /// What they are in the class.
    pub role: MemberRole,
    /// What they may do anywhere.
    pub account_role: Role,
    /// Whether they have ever set a password or come through another system.
    pub can_sign_in: bool,
    /// Unix seconds.
    pub joined_at: i64,
}

/// How a class treats one module of its course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleRow {
    /// Slug of the module.
    pub module: String,
    /// Whether the class does not see it.
    pub hidden: bool,
}

impl Store {
    /// Makes a class with a fresh code; who makes it teaches it.
    ///
    /// # Errors
    /// [`Refused::Full`] when `teacher` teaches [`CLASSES_EACH`] already.
    pub async fn create_class(
        &self,
        new: NewClass<'_>,
        teacher: Option<AccountId>,
    ) -> Result<ClassRow, Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(teacher) = teacher {
            let teaches: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM members WHERE account = ? AND role = 'instructor'",
            )
            .bind(teacher.to_string())
            .fetch_one(&mut *tx)
            .await?;
            if teaches >= CLASSES_EACH {
                return Err(Refused::Full(format!(
                    "You teach {CLASSES_EACH} classes, which is the most that one person can. Leave one first."
                )));
            }
        }
        let class = ClassRow {
            id: ClassId::fresh(),
            course: new.course.to_owned(),
            title: new.title.to_owned(),
            time_zone: new.time_zone.to_owned(),
            join_code: JoinCode::fresh(),
            join_open: true,
            created_at: self.clock.seconds(),
            archived_at: None,
        };
        sqlx::query(
            "INSERT INTO classes (id, course, title, time_zone, join_code, join_open, created_at)
             VALUES (?, ?, ?, ?, ?, 1, ?)",
        )
        .bind(class.id.to_string())
        .bind(&class.course)
        .bind(&class.title)
        .bind(&class.time_zone)
        .bind(class.join_code.as_str())
        .bind(class.created_at)
        .execute(&mut *tx)
        .await?;
        if let Some(teacher) = teacher {
            sqlx::query("INSERT INTO members (class, account, role, joined_at) VALUES (?, ?, 'instructor', ?)")
                .bind(class.id.to_string())
                .bind(teacher.to_string())
                .bind(class.created_at)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(class)
    }

    /// The class of that id.
    pub async fn class(&self, class: ClassId) -> sqlx::Result<Option<ClassRow>> {
        self.class_where("id", &class.to_string()).await
    }

    /// The class of that code.
    pub async fn class_by_code(&self, code: &JoinCode) -> sqlx::Result<Option<ClassRow>> {
        self.class_where("join_code", code.as_str()).await
    }

    async fn class_where(
        &self,
        column: &'static str,
        value: &str,
    ) -> sqlx::Result<Option<ClassRow>> {
        sqlx::query(&format!("SELECT {COLUMNS} FROM classes WHERE {column} = ?"))
            .bind(value)
            .fetch_optional(&self.pool)
            .await?
            .as_ref()
            .map(ClassRow::read)
            .transpose()
    }

    /// The classes that somebody is in: the newest first, archived ones last.
    pub async fn classes_of(&self, account: AccountId) -> sqlx::Result<Vec<OwnClass>> {
        sqlx::query(&format!(
            "SELECT {COLUMNS}, own.role,
                (SELECT COUNT(*) FROM members WHERE class = classes.id AND role = 'student') AS students,
                (SELECT COUNT(*) FROM assignments WHERE class = classes.id) AS assignments
             FROM members own JOIN classes ON classes.id = own.class
             WHERE own.account = ? ORDER BY classes.archived_at IS NOT NULL, classes.id DESC"
        ))
        .bind(account.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| {
            Ok(OwnClass {
                class: ClassRow::read(row)?,
                role: MemberRole::read(row.try_get("role")?),
                students: row.try_get("students")?,
                assignments: row.try_get("assignments")?,
            })
        })
        .collect()
    }

    /// The newest classes that somebody is not in, at most so many: for operators.
    pub async fn other_classes(
        &self,
        account: AccountId,
        most: u32,
    ) -> sqlx::Result<Vec<ClassRow>> {
        sqlx::query(&format!(
            "SELECT {COLUMNS} FROM classes WHERE NOT EXISTS
                (SELECT 1 FROM members WHERE class = classes.id AND account = ?)
             ORDER BY classes.id DESC LIMIT ?"
        ))
        .bind(account.to_string())
        .bind(most)
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(ClassRow::read)
        .collect()
    }

    /// Changes a class's title and zone, and whether its code lets anybody in.
    pub async fn set_class(
        &self,
        class: ClassId,
        title: &str,
        time_zone: &str,
        join_open: bool,
    ) -> sqlx::Result<()> {
        sqlx::query("UPDATE classes SET title = ?, time_zone = ?, join_open = ? WHERE id = ?")
            .bind(title)
            .bind(time_zone)
            .bind(join_open)
            .bind(class.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Gives the class another code; the one before leads nowhere from now on.
    pub async fn renew_code(&self, class: ClassId) -> sqlx::Result<JoinCode> {
        let code = JoinCode::fresh();
        sqlx::query("UPDATE classes SET join_code = ? WHERE id = ?")
            .bind(code.as_str())
            .bind(class.to_string())
            .execute(&self.pool)
            .await?;
        Ok(code)
    }

    /// Archives a class, or takes it out of the archive.
    pub async fn archive_class(&self, class: ClassId, archived: bool) -> sqlx::Result<()> {
        sqlx::query("UPDATE classes SET archived_at = ? WHERE id = ?")
            .bind(archived.then(|| self.clock.seconds()))
            .bind(class.to_string())
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// Puts somebody into a class. Who is in it already stays what they are; gives whether they are new.
    ///
    /// # Errors
    /// [`Refused::Full`] when the class has [`MEMBERS`].
    pub async fn add_member(
        &self,
        class: ClassId,
        account: AccountId,
        role: MemberRole,
    ) -> Result<bool, Refused> {
        let added = self.add_members(class, &[account], role).await?;
        Ok(added == 1)
    }

    /// Puts several into a class, all or none; gives how many are new.
    ///
    /// # Errors
    /// [`Refused::Full`] when the class would have more than [`MEMBERS`].
    pub async fn add_members(
        &self,
        class: ClassId,
        accounts: &[AccountId],
        role: MemberRole,
    ) -> Result<u64, Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut added = 0;
        for account in accounts {
            added += sqlx::query(
                "INSERT OR IGNORE INTO members (class, account, role, joined_at) VALUES (?, ?, ?, ?)",
            )
            .bind(class.to_string())
            .bind(account.to_string())
            .bind(role.word())
            .bind(self.clock.seconds())
            .execute(&mut *tx)
            .await?
            .rows_affected();
        }
        let members: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE class = ?")
            .bind(class.to_string())
            .fetch_one(&mut *tx)
            .await?;
        if added > 0 && members > MEMBERS {
            return Err(full());
        }
        tx.commit().await?;
        Ok(added)
    }

    /// Whether so many more people come into a class.
    ///
    /// # Errors
    /// [`Refused::Full`] when they do not.
    pub async fn room_for(&self, class: ClassId, more: usize) -> Result<(), Refused> {
        let members: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE class = ?")
            .bind(class.to_string())
            .fetch_one(&self.pool)
            .await?;
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        if members.saturating_add(more) > MEMBERS {
            return Err(full());
        }
        Ok(())
    }

    /// Makes members students or instructors of the class, all or none.
    ///
    /// # Errors
    /// [`Refused::LastInstructor`] when nobody would be left to teach it.
    pub async fn set_member_roles(
        &self,
        class: ClassId,
        accounts: &[AccountId],
        role: MemberRole,
    ) -> Result<(), Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for account in accounts {
            sqlx::query("UPDATE members SET role = ? WHERE class = ? AND account = ?")
                .bind(role.word())
                .bind(class.to_string())
                .bind(account.to_string())
                .execute(&mut *tx)
                .await?;
        }
        still_taught(&mut tx, class).await?;
        Ok(tx.commit().await?)
    }

    /// Takes members out of a class, all or none. What they did stays, for when they come back.
    ///
    /// # Errors
    /// [`Refused::LastInstructor`] when nobody would be left to teach it.
    pub async fn remove_members(
        &self,
        class: ClassId,
        accounts: &[AccountId],
    ) -> Result<(), Refused> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for account in accounts {
            sqlx::query("DELETE FROM members WHERE class = ? AND account = ?")
                .bind(class.to_string())
                .bind(account.to_string())
                .execute(&mut *tx)
                .await?;
        }
        still_taught(&mut tx, class).await?;
        Ok(tx.commit().await?)
    }

    /// Everybody in a class: instructors first, then by name.
    pub async fn roster(&self, class: ClassId) -> sqlx::Result<Vec<MemberRow>> {
        sqlx::query(
            "SELECT members.account, members.role, joined_at, name, email, people.role AS account_role,
                password IS NOT NULL OR EXISTS (SELECT 1 FROM identities WHERE identities.account = people.account)
                    AS can_sign_in
             FROM members JOIN people ON people.account = members.account
             WHERE class = ? ORDER BY members.role, name COLLATE NOCASE, members.account",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| {
            Ok(MemberRow {
                account: id(row.try_get("account")?)?,
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                role: MemberRole::read(row.try_get("role")?),
                account_role: Role::read(row.try_get("account_role")?).unwrap_or(Role::Student),
                can_sign_in: row.try_get("can_sign_in")?,
                joined_at: row.try_get("joined_at")?,
            })
        })
        .collect()
    }

    /// Names of who teaches a class.
    pub async fn instructors(&self, class: ClassId) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar(
            "SELECT name FROM members JOIN people ON people.account = members.account
             WHERE class = ? AND members.role = 'instructor' ORDER BY joined_at, name",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await
    }

    /// How many students a class has.
    pub async fn student_count(&self, class: ClassId) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM members WHERE class = ? AND role = 'student'")
            .bind(class.to_string())
            .fetch_one(&self.pool)
            .await
    }

    /// The accounts behind addresses, those that have one, with their names and roles.
    pub async fn people_by_email(
        &self,
        emails: &[String],
    ) -> sqlx::Result<Vec<(String, AccountId, String)>> {
        let list =
            serde_json::to_string(emails).map_err(|error| sqlx::Error::Encode(error.into()))?;
        sqlx::query(
            "SELECT email, account, name FROM people WHERE email IN (SELECT value FROM json_each(?))",
        )
        .bind(list)
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(|row| Ok((row.try_get(0)?, id(row.try_get(1)?)?, row.try_get(2)?)))
        .collect()
    }

    /// How a class orders the modules of its course. Modules that are not listed come last and are shown.
    pub async fn class_modules(&self, class: ClassId) -> sqlx::Result<Vec<ModuleRow>> {
        sqlx::query(
            "SELECT module, hidden FROM class_modules WHERE class = ? ORDER BY position, module",
        )
        .bind(class.to_string())
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(module_row)
        .collect()
    }

    /// Sets how a class orders the modules of its course.
    pub async fn set_class_modules(
        &self,
        class: ClassId,
        modules: &[ModuleRow],
    ) -> sqlx::Result<()> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query("DELETE FROM class_modules WHERE class = ?")
            .bind(class.to_string())
            .execute(&mut *tx)
            .await?;
        for (at, row) in (0_i64..).zip(modules) {
            sqlx::query(
                "INSERT INTO class_modules (class, module, position, hidden) VALUES (?, ?, ?, ?)",
            )
            .bind(class.to_string())
            .bind(&row.module)
            .bind(at)
            .bind(row.hidden)
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await
    }

    /// How the modules of a course stand for a student who is in exactly one class of it.
    pub async fn modules_for(
        &self,
        account: AccountId,
        course: &str,
    ) -> sqlx::Result<Vec<ModuleRow>> {
        sqlx::query(
            "WITH own AS (
                SELECT classes.id FROM members JOIN classes ON classes.id = class
                WHERE account = ? AND role = 'student' AND course = ? AND archived_at IS NULL
             )
             SELECT module, hidden FROM class_modules
             WHERE class IN (SELECT id FROM own) AND (SELECT COUNT(*) FROM own) = 1
             ORDER BY position, module",
        )
        .bind(account.to_string())
        .bind(course)
        .fetch_all(&self.pool)
        .await?
        .iter()
        .map(module_row)
        .collect()
    }
}

fn full() -> Refused {
    Refused::Full(format!(
        "A class can have {MEMBERS} people. A second class takes more."
    ))
}

fn module_row(row: &SqliteRow) -> sqlx::Result<ModuleRow> {
    Ok(ModuleRow {
        module: row.try_get(0)?,
        hidden: row.try_get(1)?,
    })
}

async fn still_taught(tx: &mut sqlx::SqliteConnection, class: ClassId) -> Result<(), Refused> {
    let taught: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM members WHERE class = ? AND role = 'instructor')",
    )
    .bind(class.to_string())
    .fetch_one(tx)
    .await?;
    if taught {
        Ok(())
    } else {
        Err(Refused::LastInstructor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::testing::store;

    const NEW: NewClass<'_> = NewClass {
        course: "docker",
        title: "Containers, autumn",
        time_zone: "Europe/London",
    };

    async fn person(store: &Store, name: &str) -> AccountId {
        let account = store.create_guest().await.unwrap();
        sqlx::query("INSERT INTO people (account, email, name, role, created_at) VALUES (?, ?, ?, 'student', 0)")
            .bind(account.to_string())
            .bind(format!("{name}@example.edu"))
            .bind(name)
            .execute(store.pool())
            .await
            .unwrap();
        account
    }

    #[tokio::test]
    async fn a_class_is_found_by_its_code_until_the_code_is_renewed() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let teacher = person(&store, "teacher").await;
        let class = store.create_class(NEW, Some(teacher)).await.unwrap();
        let found = store.class_by_code(&class.join_code).await.unwrap();
        assert_eq!(found.as_ref(), Some(&class));
        let code = store.renew_code(class.id).await.unwrap();
        assert_eq!(store.class_by_code(&class.join_code).await.unwrap(), None);
        assert!(store.class_by_code(&code).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn joining_twice_changes_nothing() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let teacher = person(&store, "teacher").await;
        let class = store.create_class(NEW, Some(teacher)).await.unwrap().id;
        let student = person(&store, "ada").await;
        assert!(
            store
                .add_member(class, student, MemberRole::Student)
                .await
                .unwrap()
        );
        assert!(
            !store
                .add_member(class, student, MemberRole::Instructor)
                .await
                .unwrap()
        );
        let roster = store.roster(class).await.unwrap();
        let roles: Vec<_> = roster
            .iter()
            .map(|row| (row.name.as_str(), row.role))
            .collect();
        assert_eq!(
            roles,
            [
                ("teacher", MemberRole::Instructor),
                ("ada", MemberRole::Student)
            ]
        );
        assert_eq!(store.classes_of(student).await.unwrap()[0].students, 1);
    }

    #[tokio::test]
    async fn a_class_keeps_an_instructor() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let teacher = person(&store, "teacher").await;
        let class = store.create_class(NEW, Some(teacher)).await.unwrap().id;
        let removed = store.remove_members(class, &[teacher]).await;
        assert!(matches!(removed, Err(Refused::LastInstructor)));
        let role = store
            .set_member_roles(class, &[teacher], MemberRole::Student)
            .await;
        assert!(matches!(role, Err(Refused::LastInstructor)));
        let second = person(&store, "second").await;
        store
            .add_member(class, second, MemberRole::Instructor)
            .await
            .unwrap();
        store.remove_members(class, &[teacher]).await.unwrap();
        assert_eq!(store.roster(class).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_class_has_at_most_so_many_members_and_a_teacher_so_many_classes() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let teacher = person(&store, "teacher").await;
        let class = store.create_class(NEW, Some(teacher)).await.unwrap().id;
        sqlx::query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
             INSERT INTO accounts (id, created_at, seen_at) SELECT 'a' || i, 0, 0 FROM n",
        )
        .bind(MEMBERS)
        .execute(store.pool())
        .await
        .unwrap();
        sqlx::query(
            "INSERT INTO members SELECT ?, id, 'student', 0 FROM accounts WHERE id LIKE 'a%' LIMIT ?",
        )
        .bind(class.to_string())
        .bind(MEMBERS - 1)
        .execute(store.pool())
        .await
        .unwrap();
        let late = person(&store, "late").await;
        let refused = store.add_member(class, late, MemberRole::Student).await;
        assert!(matches!(refused, Err(Refused::Full(_))));
        assert!(store.classes_of(late).await.unwrap().is_empty());
        for _ in 1..CLASSES_EACH {
            store.create_class(NEW, Some(teacher)).await.unwrap();
        }
        let refused = store.create_class(NEW, Some(teacher)).await;
        assert!(matches!(refused, Err(Refused::Full(_))));
    }

    #[tokio::test]
    async fn modules_stand_for_a_student_of_one_class_of_the_course() {
        let (store, _folder) = store(Clock::fixed(7)).await;
        let student = person(&store, "ada").await;
        let class = store.create_class(NEW, None).await.unwrap().id;
        let order = [("volumes", false), ("basics", true)].map(|(module, hidden)| ModuleRow {
            module: module.into(),
            hidden,
        });
        store.set_class_modules(class, &order).await.unwrap();
        assert!(
            store
                .modules_for(student, "docker")
                .await
                .unwrap()
                .is_empty()
        );
        store
            .add_member(class, student, MemberRole::Student)
            .await
            .unwrap();
        assert_eq!(store.modules_for(student, "docker").await.unwrap(), order);
        assert!(
            store
                .modules_for(student, "other")
                .await
                .unwrap()
                .is_empty()
        );
        let second = store.create_class(NEW, None).await.unwrap().id;
        store
            .add_member(second, student, MemberRole::Student)
            .await
            .unwrap();
        assert!(
            store
                .modules_for(student, "docker")
                .await
                .unwrap()
                .is_empty()
        );
        store.archive_class(second, true).await.unwrap();
        assert_eq!(store.modules_for(student, "docker").await.unwrap(), order);
    }
}
