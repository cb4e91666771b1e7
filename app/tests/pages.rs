//! Pages as a browser gets them: what is escaped, what each state shows, what islands are told.
#![cfg(feature = "ssr")]

use std::collections::BTreeMap;
use std::sync::Arc;

use drydock_app::pages;
use drydock_app::view::{
    AnswerField, Assets, Block, Check, CourseMap, CoursePage, CourseRef, EngineFault, ErrorPage,
    Finding, Heading, HomePage, ItemMap, Kind, LabPage, Learner, LessonPage, ModuleMap, Outcome,
    Place, Quiz, QuizKind, Shell, Step,
};

/// What somebody might call themselves, or a file.
const HOSTILE: &str = r#"</textarea><script>alert("1")</script>" onload='x' &amp;"#;

fn shell() -> Shell {
    let files = [
        ("site.css", "site-0123456789.css"),
        ("lesson.wasm", "lesson-0f.wasm"),
    ];
    Shell {
        assets: Arc::new(Assets(BTreeMap::from(
            files.map(|(name, file)| (name.to_owned(), file.to_owned())),
        ))),
        learner: Learner::Guest,
        version: "0.1.0".to_owned(),
        ..Shell::default()
    }
}

fn place(kind: Kind, slug: &str) -> Place {
    Place {
        course: "docker".to_owned(),
        kind,
        slug: slug.to_owned(),
        title: format!("About {slug}"),
        module: "Layers".to_owned(),
        minutes: 8,
    }
}

fn module() -> ModuleMap {
    let item = |kind, slug: &str, done, passed| ItemMap {
        kind,
        slug: slug.to_owned(),
        title: format!("About {slug}"),
        minutes: 8,
        done,
        passed,
        of: 4,
        ..ItemMap::default()
    };
    ModuleMap {
        number: 3,
        slug: "layers".to_owned(),
        title: "Layers".to_owned(),
        items: vec![
            item(Kind::Lesson, "layer-model", true, 4),
            item(Kind::Lesson, "build-cache", false, 2),
            item(Kind::Lab, "layer-caching", false, 0),
        ],
        ..ModuleMap::default()
    }
}

fn lesson_page() -> LessonPage {
    LessonPage {
        course: CourseRef {
            slug: "docker".to_owned(),
            title: "Docker".to_owned(),
        },
        module: module(),
        slug: "layer-model".to_owned(),
        title: "The layer model".to_owned(),
        minutes: 8,
        objectives: vec!["say what a layer is".to_owned()],
        outcomes: vec![Outcome {
            code: "MLO6".to_owned(),
            text: "explain layers".to_owned(),
        }],
        blocks: vec![
            Block::Html {
                html: "<h2 id=\"what\">What</h2><p>A <code>layer</code> …</p>".to_owned(),
            },
            Block::Quiz(Quiz {
                id: "q1".to_owned(),
                question: "Which <code>one</code>?".to_owned(),
                kind: QuizKind::Single {
                    choices: vec!["<code>RUN</code>".to_owned(), "EXPOSE".to_owned()],
                },
                solved: false,
            }),
        ],
        headings: vec![Heading {
            level: 2,
            id: "what".to_owned(),
            text: "What".to_owned(),
        }],
        previous: Some(place(Kind::Lesson, "images")),
        next: Some(place(Kind::Lab, "layer-caching")),
        ..LessonPage::default()
    }
}

fn lab_page() -> LabPage {
    LabPage {
        course: CourseRef {
            slug: "docker".to_owned(),
            title: "Docker".to_owned(),
        },
        module: module(),
        slug: "layer-caching".to_owned(),
        title: "Layer caching".to_owned(),
        session_minutes: 60,
        images: vec!["python:3.13-slim".to_owned()],
        steps: vec![Step {
            id: "build".to_owned(),
            title: "Build it".to_owned(),
            blocks: vec![
                Block::Check {
                    id: "image-exists".to_owned(),
                },
                Block::Check {
                    id: "hidden-one".to_owned(),
                },
                Block::Check {
                    id: "how-many".to_owned(),
                },
            ],
            checks: vec![
                Check {
                    id: "image-exists".to_owned(),
                    title: "`hello:v1` exists".to_owned(),
                    points: 1,
                    answer: None,
                },
                Check {
                    id: "how-many".to_owned(),
                    title: "Layers are counted".to_owned(),
                    points: 1,
                    answer: Some(AnswerField {
                        question: "How many?".to_owned(),
                        choices: vec![],
                    }),
                },
            ],
            hints: vec!["<p>first</p>".to_owned(), "<p>second</p>".to_owned()],
            solution: None,
        }],
        ..LabPage::default()
    }
}

#[test]
fn a_name_that_a_learner_chose_stays_text() {
    let shell = Shell {
        learner: Learner::Named {
            name: HOSTILE.to_owned(),
            operates: true,
        },
        ..shell()
    };
    let page = ErrorPage {
        title: HOSTILE.to_owned(),
        detail: HOSTILE.to_owned(),
        request_id: Some(HOSTILE.to_owned()),
        ..ErrorPage::default()
    };
    let html = pages::error(&shell, page);
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(!html.contains("content=\"</textarea>"), "{html}");
    assert!(html.contains("&lt;script&gt;alert"), "{html}");
    // Quotes cannot end the attribute that they stand in.
    let description = html.split("name=\"description\"").nth(1).unwrap();
    let content = description.split("content=\"").nth(1).unwrap();
    let value = content.split('"').next().unwrap();
    assert!(value.contains("&quot; onload="), "{value}");
}

#[test]
fn what_an_island_is_told_cannot_leave_its_attribute() {
    let mut page = lab_page();
    page.images = vec![HOSTILE.to_owned()];
    page.steps[0].title = HOSTILE.to_owned();
    page.steps[0].checks[0].title = HOSTILE.to_owned();
    let html = pages::lab(&shell(), page);
    assert!(!html.contains("<script>alert"), "{html}");
    for props in html.split("data-props=\"").skip(1) {
        let value = props.split('"').next().unwrap();
        assert!(
            value.starts_with('{') && value.ends_with('}'),
            "cut off: {value}"
        );
    }
}

#[test]
fn no_page_puts_text_into_a_textarea() {
    // Leptos 0.8 does not escape what stands in one (leptos #4819).
    let all = [
        pages::lesson(&shell(), lesson_page()),
        pages::lab(&shell(), lab_page()),
        pages::home(&shell(), HomePage::default()),
    ];
    assert!(all.iter().all(|html| !html.contains("<textarea")));
}

#[test]
fn no_page_needs_an_inline_script_or_style() {
    let fault = LabPage {
        fault: Some(EngineFault::default()),
        ..lab_page()
    };
    let all = [
        pages::home(&shell(), HomePage::default()),
        pages::course(&shell(), CoursePage::default()),
        pages::lesson(&shell(), lesson_page()),
        pages::lab(&shell(), lab_page()),
        pages::lab(&shell(), fault),
        pages::error(&shell(), ErrorPage::default()),
    ];
    for html in all {
        for script in html.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains("src="), "<script{tag}>");
        }
        assert!(!html.contains("<style"), "{html}");
        assert!(!html.contains(" style=\""), "{html}");
        assert!(!html.contains(" onclick="), "{html}");
    }
}

#[test]
fn assets_are_linked_by_their_hashed_names() {
    let html = pages::lesson(&shell(), lesson_page());
    assert!(html.contains("/assets/site-0123456789.css"));
    assert!(html.contains("/assets/lesson-0f.wasm"));
    // One that the manifest lacks shows up by its plain name.
    assert!(html.contains("/assets/boot.js"));
}

#[test]
fn a_page_without_islands_loads_no_wasm() {
    let html = pages::course(&shell(), CoursePage::default());
    assert!(!html.contains("data-part"), "{html}");
}

#[test]
fn only_what_answers_is_an_island() {
    let html = pages::lesson(&shell(), lesson_page());
    assert_eq!(html.matches("<leptos-island").count(), 2);
    assert!(html.contains("<leptos-island data-component=\"QuizCard_"));
    assert!(html.contains("<leptos-island data-component=\"DoneToggle_"));
    let html = pages::lab(&shell(), lab_page());
    for island in ["LabBar_", "LabCheck_", "Workspace_"] {
        assert!(
            html.contains(&format!("data-component=\"{island}")),
            "{island}"
        );
    }
    let course = CoursePage {
        course: CourseMap {
            modules: vec![module()],
            ..CourseMap::default()
        },
        resume: None,
        due: Vec::new(),
    };
    assert!(!pages::course(&shell(), course).contains("<leptos-island"));
}

#[test]
fn a_lesson_has_its_objectives_neighbours_and_place_in_the_module() {
    let html = pages::lesson(&shell(), lesson_page());
    assert!(html.contains("say what a layer is"));
    assert!(html.contains("title=\"explain layers\""));
    assert!(html.contains("rel=\"next\" href=\"/courses/docker/labs/layer-caching\""));
    assert!(html.contains("rel=\"prev\" href=\"/courses/docker/lessons/images\""));
    assert!(html.contains("href=\"/courses/docker/lessons/layer-model\" aria-current=\"page\""));
    assert!(html.contains("data-item=\"lesson/layer-model\" data-done=\"true\""));
    assert!(html.contains("2 of 4 answered"));
}

#[test]
fn a_question_is_sent_without_telling_its_answer() {
    let html = pages::lesson(&shell(), lesson_page());
    assert!(!html.contains("correct"), "{html}");
    assert!(html.contains("Which <code>one</code>?"));
}

#[test]
fn a_check_stands_where_the_text_has_it_and_a_hidden_one_nowhere() {
    let html = pages::lab(&shell(), lab_page());
    assert_eq!(html.matches("data-check=").count(), 2);
    assert!(html.contains("data-check=\"image-exists\""));
    assert!(html.contains("<code>hello:v1</code>"));
    assert!(!html.contains("hidden-one"));
}

#[test]
fn a_later_hint_is_inside_the_one_before() {
    let html = pages::lab(&shell(), lab_page());
    let first = html.find("Hint 1 of 2").unwrap();
    let second = html.find("Hint 2 of 2").unwrap();
    assert!(first < second);
    assert!(!html[first..second].contains("</details>"));
}

#[test]
fn a_lab_that_cannot_run_says_why_and_keeps_its_text() {
    let page = LabPage {
        fault: Some(EngineFault {
            summary: "No Docker engine answers at unix:///nonexistent.sock.".to_owned(),
            findings: vec![Finding {
                name: "Docker engine".to_owned(),
                ok: false,
                detail: "no such file".to_owned(),
                fix: Some("systemctl start docker".to_owned()),
            }],
        }),
        ..lab_page()
    };
    let html = pages::lab(&shell(), page);
    assert!(html.contains("unix:///nonexistent.sock"));
    assert!(html.contains("systemctl start docker"));
    assert!(!html.contains("Start the lab"));
    assert!(html.contains("Build it"));
}

#[test]
fn the_front_page_leads_to_the_first_lab_and_back_to_where_one_was() {
    let page = HomePage {
        courses: vec![CourseMap {
            slug: "docker".to_owned(),
            title: "Docker".to_owned(),
            modules: vec![module()],
            ..CourseMap::default()
        }],
        start: Some(place(Kind::Lab, "exploring")),
        resume: Some(place(Kind::Lesson, "build-cache")),
        due: Vec::new(),
    };
    let html = pages::home(&shell(), page);
    assert!(html.contains("href=\"/courses/docker/labs/exploring\""));
    assert!(html.contains("Continue where you were"));
    assert!(html.contains("href=\"/courses/docker/lessons/build-cache\""));
    assert!(html.contains("1 of 3 done"));
    assert_eq!(html.matches("<h1").count(), 1);
}
