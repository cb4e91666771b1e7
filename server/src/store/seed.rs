//! Filling a database with made-up rows, fast: for measuring and for trying things out.

use serde_json::Value;
use sqlx::{Sqlite, Transaction};

use super::Store;

/// A table that can be filled, with the columns in the order in which values come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
}

/// Rows that all go in, or none.
#[derive(Debug)]
pub struct Seeding(Transaction<'static, Sqlite>);

impl Store {
    /// Begins to fill the database.
    pub async fn seed(&self) -> sqlx::Result<Seeding> {
        Ok(Seeding(self.pool.begin().await?))
    }
}

impl Seeding {
    /// Puts rows into a table, each an array of values as the table's columns come. They go over in one JSON text:
    /// a statement for each row would take ten times as long.
    pub async fn insert(&mut self, table: Table, rows: &[Value]) -> sqlx::Result<()> {
        let values: Vec<_> = (0..table.columns.len())
            .map(|at| format!("value ->> {at}"))
            .collect();
        let sql = format!(
            "INSERT INTO {} ({}) SELECT {} FROM json_each(?)",
            table.name,
            table.columns.join(", "),
            values.join(", ")
        );
        for rows in rows.chunks(5_000) {
            sqlx::query(&sql)
                .bind(
                    serde_json::to_string(rows)
                        .map_err(|error| sqlx::Error::Encode(error.into()))?,
                )
                .execute(&mut *self.0)
                .await?;
        }
        Ok(())
    }

    /// Gives every submission of a lab that has none this evidence. Archives are given as they are stored.
    pub async fn insert_evidence(
        &mut self,
        lab: &str,
        content_version: &str,
        files: &[u8],
        objects: &[u8],
        seen: &str,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO evidence (submission, session, content_version, files, objects, seen, answers)
             SELECT id, id, ?, ?, ?, ?, '{}' FROM submissions
             WHERE lab = ? AND id NOT IN (SELECT submission FROM evidence)",
        )
        .bind(content_version)
        .bind(files)
        .bind(objects)
        .bind(seen)
        .bind(lab)
        .execute(&mut *self.0)
        .await
        .map(drop)
    }

    /// Keeps all of it.
    pub async fn commit(self) -> sqlx::Result<()> {
        self.0.commit().await
    }
}
