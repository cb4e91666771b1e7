//! Classes, and how they order the modules of their course.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::members::MemberRole;
use super::{Store, id};
use crate::classes::code::JoinCode;
use crate::ids::{AccountId, ClassId};

/// Classes that one person may teach.
pub const CLASSES_EACH: i64 = 100;
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

fn module_row(row: &SqliteRow) -> sqlx::Result<ModuleRow> {
    Ok(ModuleRow {
        module: row.try_get(0)?,
        hidden: row.try_get(1)?,
    })
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
