//! Routes that are declared together with what they need.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::Needs;
use super::guard::{Guard, guard};
use crate::app::App;

/// One row of the authorisation table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// With its `{parameters}`.
    pub path: String,
    /// `GET`, `POST`, …
    pub method: &'static str,
    /// Who may.
    pub needs: Needs,
}

/// A router that keeps its table.
pub struct Routes {
    app: App,
    router: Router<App>,
    table: Vec<Row>,
}

macro_rules! methods {
    ($($name:ident $word:literal $filter:ident),*) => {$(
        #[doc = concat!("Answers `", $word, " path` with `handler` for who has what it needs.")]
        #[must_use]
        pub fn $name<H, T>(self, path: &str, needs: Needs, handler: H) -> Self
        where
            H: Handler<T, App>,
            T: 'static,
        {
            self.route($word, path, needs, on(MethodFilter::$filter, handler))
        }
    )*};
}

impl Routes {
    /// No routes yet.
    pub fn new(app: &App) -> Self {
        Self {
            app: app.clone(),
            router: Router::new(),
            table: Vec::new(),
        }
    }

    methods!(get "GET" GET, post "POST" POST, put "PUT" PUT, patch "PATCH" PATCH, delete "DELETE" DELETE);

    fn route(
        mut self,
        method: &'static str,
        path: &str,
        needs: Needs,
        handler: MethodRouter<App>,
    ) -> Self {
        let state = Guard {
            app: self.app.clone(),
            needs,
        };
        self.router = self
            .router
            .route(path, handler.layer(from_fn_with_state(state, guard)));
        self.table.push(Row {
            path: path.to_owned(),
            method,
            needs,
        });
        self
    }

    /// Wraps what there is so far.
    #[must_use]
    pub fn wrap(mut self, layers: impl FnOnce(Router<App>) -> Router<App>) -> Self {
        self.router = layers(self.router);
        self
    }

    /// Adds the routes of another.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// Adds the routes of another below `prefix`.
    #[must_use]
    pub fn nest(mut self, prefix: &str, other: Self) -> Self {
        self.router = self.router.nest(prefix, other.router);
        self.table.extend(other.table.into_iter().map(|row| Row {
            path: format!("{prefix}{}", row.path),
            ..row
        }));
        self
    }

    /// The table, sorted by address.
    #[cfg(test)]
    pub fn table(&self) -> Vec<Row> {
        let mut table = self.table.clone();
        table.sort();
        table
    }

    /// The router.
    pub fn into_router(self) -> Router<App> {
        self.router
    }
}
