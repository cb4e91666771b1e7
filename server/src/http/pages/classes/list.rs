//! Every class of somebody's, and making one.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use drydock_app::view::{ClassCard, ClassesPage, Field, FieldKind, Form, FormSection, FormsPage};

use super::{Sent, due, join, refusal, status, title};
use crate::access::{Person, Role};
use crate::app::App;
use crate::classes::zone::Zone;
use crate::http::pages::{PageError, Visit, private, private_with};
use crate::store::{MemberRole, NewClass};

/// Classes of others that an operator is shown.
const OTHERS: u32 = 200;

/// `GET /classes`.
pub async fn list(
    State(app): State<App>,
    visit: Visit,
    person: Person,
) -> Result<Response, PageError> {
    let content = app.content.now();
    let own = app.store.classes_of(person.account).await?;
    let due: BTreeMap<_, _> = app
        .store
        .assignments_of_student(person.account)
        .await?
        .into_iter()
        .map(|(class, assignments)| (class.id, (class, assignments)))
        .collect();
    let cards = own.into_iter().map(|own| {
        let students = match own.students {
            1 => "1 student".to_owned(),
            count => format!("{count} students"),
        };
        let assignments = match own.assignments {
            0 => "nothing assigned yet".to_owned(),
            1 => "1 assignment".to_owned(),
            count => format!("{count} assignments"),
        };
        let course = content
            .course(&own.class.course)
            .map_or(&own.class.course, |course| &course.title);
        let teaches = own.role == MemberRole::Instructor;
        let mut facts = vec![course.clone()];
        facts.extend(teaches.then_some(students));
        facts.push(assignments);
        let lines = due
            .get(&own.class.id)
            .map(|class| due::open_lines(&app, &content, std::slice::from_ref(class)))
            .unwrap_or_default();
        ClassCard {
            href: format!("/classes/{}", own.class.id),
            title: own.class.title,
            role: if teaches { "Instructor" } else { "Student" },
            facts,
            all_done: !teaches && own.assignments > 0 && lines.is_empty(),
            next: lines.into_iter().next(),
            archived: own.class.archived_at.is_some(),
        }
    });
    let others = if person.role == Role::Operator {
        app.store.other_classes(person.account, OTHERS).await?
    } else {
        Vec::new()
    };
    let page = ClassesPage {
        others: others
            .into_iter()
            .map(|class| (format!("/classes/{}", class.id), class.title))
            .collect(),
        classes: cards.collect(),
        makes: person.role >= Role::Instructor,
        join: join::code_form("", None),
    };
    Ok(private(drydock_app::pages::classes(
        &visit.shell(&app),
        page,
    )))
}

/// `GET /classes/new`.
pub async fn new(
    State(app): State<App>,
    visit: Visit,
    person: Person,
) -> Result<Response, PageError> {
    // Whoever has a class most likely makes the next one in the same zone.
    let own = app.store.classes_of(person.account).await?;
    let zone = own
        .iter()
        .find(|own| own.role == MemberRole::Instructor)
        .map_or("UTC", |own| own.class.time_zone.as_str());
    let form = new_form(&app, ("", ""), zone, [None, None, None]);
    Ok(draw_new(&app, &visit, form))
}

fn draw_new(app: &App, visit: &Visit, form: Form) -> Response {
    let status = status(&form);
    let page = FormsPage {
        title: "Make a class".into(),
        lead: "A group that goes through a course together. You get a code that students join by, and assign what they do by when.".into(),
        sections: vec![FormSection {
            form: Some(form),
            ..FormSection::default()
        }],
        ..FormsPage::default()
    };
    let page = drydock_app::pages::class_forms(&visit.shell(app), page);
    private_with(status, page)
}

fn new_form(
    app: &App,
    (course, title): (&str, &str),
    zone: &str,
    [wrong_course, wrong_title, wrong_zone]: [Option<String>; 3],
) -> Form {
    let content = app.content.now();
    let courses = content
        .library
        .courses
        .iter()
        .map(|course| (course.slug.clone(), course.title.clone()));
    Form::new("/classes", "Make the class")
        .field(title_field(title).error(wrong_title))
        .field(
            Field::new("course", "Course", FieldKind::Choice(courses.collect()))
                .value(course)
                .error(wrong_course),
        )
        .field(zone_field(zone).error(wrong_zone))
}

pub(super) fn title_field(title: &str) -> Field {
    Field::new("title", "Title", FieldKind::Text)
        .help("As students see it, such as “Containers, autumn 2026, group B”.")
        .value(title)
        .autocomplete("off")
}

pub(super) fn zone_field(zone: &str) -> Field {
    let zones = Zone::all()
        .into_iter()
        .map(|name| (name.clone(), name.replace('_', " ")))
        .collect();
    Field::new("zone", "Time zone", FieldKind::Choice(zones))
        .help("Due times are typed and shown in this zone, with its name beside them.")
        .value(zone)
}

/// The zone of that name.
pub(super) fn zone(name: &str) -> Result<Zone, String> {
    Zone::named(name).ok_or_else(|| "Choose a zone of the list.".to_owned())
}

/// `POST /classes`.
pub async fn create(
    State(app): State<App>,
    visit: Visit,
    person: Person,
    sent: Sent,
) -> Result<Response, PageError> {
    let course = sent.get("course");
    let there = app.content.now().course(course).is_some();
    let (title, zone) = (title(sent.get("title")), zone(sent.get("zone")));
    let form = |wrong, problem| {
        let typed = (course, sent.get("title"));
        new_form(&app, typed, sent.get("zone"), wrong).problem(problem)
    };
    let (Ok(title), Ok(zone), true) = (&title, &zone, there) else {
        let wrong_course = (!there).then(|| "Choose a course of the list.".to_owned());
        let wrong = [wrong_course, title.err(), zone.err()];
        return Ok(draw_new(&app, &visit, form(wrong, None)));
    };
    let new = NewClass {
        course,
        title,
        time_zone: zone.name(),
    };
    match app.store.create_class(new, Some(person.account)).await {
        Ok(class) => {
            visit
                .go(&format!("/classes/{}", class.id), "The class is made.")
                .await
        }
        Err(refused) => {
            let problem = Some(refusal(refused)?);
            Ok(draw_new(&app, &visit, form([None, None, None], problem)))
        }
    }
}
