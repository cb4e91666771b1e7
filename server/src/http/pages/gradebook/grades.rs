//! `GET /classes/{class}/grades`.

use axum::extract::{Query, State};
use axum::response::Response;
use drydock_app::view::{GradeCell, GradeColumn, GradeRow, GradebookPage, SortLink};
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::title;
use crate::app::App;
use crate::gradebook::words::{percent, points};
use crate::gradebook::{Cell, Marks, State as Standing};
use crate::http::pages::classes::InClass;
use crate::http::pages::{PageError, Visit, private};
use crate::ids::ClassId;
use crate::store::{ColumnRow, Sort, StudentRow, Wanted};

/// Students of one page.
const ROWS: i64 = 100;
/// Letters of a search that count.
const SEARCH: usize = 100;

/// What is asked for. What makes no sense is taken for what is usual.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    sort: String,
    dir: String,
    q: String,
    page: String,
}

struct Order {
    sort: Sort,
    descending: bool,
}

impl Order {
    fn asked(asked: &Asked) -> Self {
        let sort = match asked.sort.as_str() {
            "total" => Sort::Total,
            other => other.parse().map_or(Sort::Name, Sort::Assignment),
        };
        Self {
            sort,
            descending: asked.dir == "desc",
        }
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        let sort = match self.sort {
            Sort::Name => "name".to_owned(),
            Sort::Total => "total".to_owned(),
            Sort::Assignment(id) => id.to_string(),
        };
        let dir = if self.descending { "desc" } else { "asc" };
        vec![("sort", sort), ("dir", dir.to_owned())]
    }
}

/// Links to this page in another order or at another place.
struct Links<'a> {
    address: String,
    order: Order,
    search: &'a str,
}

impl Links<'_> {
    fn href(&self, order: &Order, page: i64) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(order.query());
        if !self.search.is_empty() {
            query.append_pair("q", self.search);
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        format!("{}?{}", self.address, query.finish())
    }

    /// Sorts by this; the other way round if it does already. Grades begin with the highest.
    fn sort(&self, sort: Sort) -> SortLink {
        let current = self.order.sort == sort;
        let descending = if current {
            !self.order.descending
        } else {
            sort != Sort::Name
        };
        SortLink {
            href: self.href(&Order { sort, descending }, 1),
            now: current.then_some(if self.order.descending {
                "descending"
            } else {
                "ascending"
            }),
        }
    }
}

/// Shows the gradebook.
pub async fn show(
    State(app): State<App>,
    class: InClass,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let id = class.class.id;
    let search: String = asked.q.trim().chars().take(SEARCH).collect();
    let page = asked.page.parse().unwrap_or(1).clamp(1, 1_000_000);
    let order = Order::asked(&asked);
    let wanted = Wanted {
        search: &search,
        sort: order.sort,
        descending: order.descending,
        skip: (page - 1) * ROWS,
        take: ROWS,
    };
    let (columns, found, mean) = tokio::try_join!(
        app.store.gradebook_columns(id),
        app.store.gradebook_students(id, &wanted),
        app.store.gradebook_mean(id),
    )?;
    let (students, found) = found;
    let accounts: Vec<_> = students.iter().map(|student| student.account).collect();
    let marks = Marks::new(app.store.gradebook_marks(id, &accounts).await?);
    let links = Links {
        address: class.href("grades"),
        order,
        search: &search,
    };
    let has_students = found > 0 || !search.is_empty() || page > 1;
    let last = wanted.skip + students.len() as i64;
    let view = GradebookPage {
        untold: app.store.lti_fault_count(id).await?,
        by_name: links.sort(Sort::Name),
        by_total: links.sort(Sort::Total),
        kept: links.order.query(),
        columns: columns
            .iter()
            .map(|it| column(&app, &class, &links, it))
            .collect(),
        rows: students
            .iter()
            .map(|it| row(&app, &class, &columns, &marks, it))
            .collect(),
        found,
        has_students,
        mean: mean.map(percent),
        shown: (wanted.skip + 1, last),
        previous: (page > 1).then(|| links.href(&links.order, page - 1)),
        next: (last < found).then(|| links.href(&links.order, page + 1)),
        class: class.head(&app),
        search: search.clone(),
    };
    Ok(private(drydock_app::pages::gradebook(
        &visit.shell(&app),
        view,
    )))
}

fn is_due(app: &App, column: &ColumnRow) -> bool {
    column.due_at.is_some_and(|due| due <= app.clock.seconds())
}

fn column(app: &App, class: &InClass, links: &Links<'_>, column: &ColumnRow) -> GradeColumn {
    GradeColumn {
        title: title(class, &app.content.now(), &column.kind, &column.slug),
        kind: column.kind.clone(),
        due: column.due_at.map(|due| class.zone().day(due)),
        past: is_due(app, column),
        of: column.max_score.map(points),
        mean: column.mean.map(percent),
        sort: links.sort(Sort::Assignment(column.id)),
        regrade: (column.kind == "lab")
            .then(|| class.href(&format!("assignments/{}/regrade", column.id))),
    }
}

fn row(
    app: &App,
    class: &InClass,
    columns: &[ColumnRow],
    marks: &Marks,
    student: &StudentRow,
) -> GradeRow {
    let cells = columns.iter().map(|column| {
        let cell = marks.cell(student.account, column.id, is_due(app, column));
        view(class.class.id, &cell)
    });
    GradeRow {
        name: student.name.clone(),
        email: student.email.clone(),
        total: student.percent.map(percent),
        cells: cells.collect(),
    }
}

fn view(class: ClassId, cell: &Cell) -> GradeCell {
    let mut says = Vec::new();
    match cell.state {
        Standing::Overridden => says.push("changed".to_owned()),
        Standing::Waiting => says.push("waiting".to_owned()),
        Standing::Fault => says.push("failed".to_owned()),
        Standing::Missing => says.push("missing".to_owned()),
        Standing::Graded | Standing::Open => {}
    }
    if cell.late_days > 0 {
        says.push(format!("late {} d", cell.late_days));
    }
    if cell.newer {
        says.push("newer waiting".to_owned());
    }
    GradeCell {
        points: cell.score.map(points),
        state: cell.state.word(),
        says,
        href: cell
            .submission
            .map(|id| format!("/classes/{class}/submissions/{id}")),
    }
}
