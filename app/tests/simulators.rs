//! Simulators as a browser gets them: whole pictures, with texts that stay texts.
#![cfg(feature = "ssr")]

use drydock_app::pages;
use drydock_app::view::{
    Block, Figures, LayerStep, Layers, LessonPage, Lifecycle, Machines, RunSteps, Shell, Simulator,
};

const HOSTILE: &str = r#""></textarea><script>alert('1')</script>&amp;"#;

fn page(simulators: Vec<Simulator>) -> String {
    let blocks = simulators.into_iter().map(Block::Simulator).collect();
    let page = LessonPage {
        blocks,
        ..LessonPage::default()
    };
    pages::lesson(&Shell::default(), page)
}

fn layers(text: &str) -> Simulator {
    let step = |line, state, seconds| LayerStep {
        text: text.to_owned(),
        line,
        state,
        verdict: text.to_owned(),
        why: format!("`{text}` has changed"),
        seconds,
    };
    Simulator::Layers(Layers {
        title: text.to_owned(),
        dockerfile: format!("FROM {text}\nCOPY . .\n"),
        files: vec![text.to_owned()],
        edited: vec![text.to_owned()],
        builds: [24.2, 0.1],
        steps: vec![step(1, "cached", 4.0), step(2, "ran", 0.1)],
        said: text.to_owned(),
        ..Layers::default()
    })
}

fn lifecycle(text: &str) -> Simulator {
    Simulator::Lifecycle(Lifecycle {
        title: text.to_owned(),
        image: text.to_owned(),
        size: text.to_owned(),
        layers: vec![text.to_owned()],
        name: text.to_owned(),
        file: text.to_owned(),
    })
}

fn run_steps(text: &str) -> Simulator {
    Simulator::RunSteps(RunSteps {
        title: text.to_owned(),
        image: text.to_owned(),
        command: text.to_owned(),
        output: text.to_owned(),
    })
}

fn machines(text: &str) -> Simulator {
    let figures = |memory, disk, seconds| Figures {
        memory,
        disk,
        seconds,
    };
    Simulator::Machines(Machines {
        title: text.to_owned(),
        apps: ["shop", "blog", "mail", text].map(str::to_owned).to_vec(),
        shown: 3,
        vm: figures(512.0, 2000.0, 20.0),
        container: figures(10.0, 1.0, 0.5),
        app: figures(100.0, 150.0, 0.0),
        source: text.to_owned(),
    })
}

#[test]
fn each_is_a_whole_picture_with_a_text_for_who_cannot_see_it() {
    for (simulator, says) in [
        (
            layers("app.py"),
            "Of the steps of this second build 1 came from the cache and 1 ran",
        ),
        (lifecycle("web"), "its writable layer is empty"),
        (
            run_steps("busybox"),
            "The way of one docker run in 12 steps",
        ),
        (
            machines("wiki"),
            "all of them use the one kernel of the host",
        ),
    ] {
        let html = page(vec![simulator]);
        assert!(
            html.contains("aria-labelledby=\"simulator-1-title\""),
            "{html}"
        );
        assert!(
            html.contains("aria-describedby=\"simulator-1-about\""),
            "{html}"
        );
        assert!(html.contains(says), "{html}");
        assert!(
            !html.contains("style="),
            "the policy allows no inline styles"
        );
    }
}

#[test]
fn buttons_wait_for_their_script() {
    let html = page(vec![
        layers("app.py"),
        lifecycle("web"),
        run_steps("busybox"),
        machines("wiki"),
    ]);
    let buttons: Vec<&str> = html
        .split("<button")
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
        .filter(|tag| tag.contains("data-act=") || tag.contains("rs-dot"))
        .collect();
    assert_eq!(buttons.len(), 4 + 11 + 15 + 2);
    for button in buttons {
        assert!(button.contains("disabled"), "{button}");
    }
}

#[test]
fn what_an_author_wrote_stays_text() {
    let html = page(vec![
        layers(HOSTILE),
        lifecycle(HOSTILE),
        run_steps(HOSTILE),
        machines(HOSTILE),
    ]);
    assert!(!html.contains("<script>alert"), "{html}");
    assert_eq!(html.matches("</textarea>").count(), 1);
    assert!(
        html.contains("&amp;amp;\nCOPY"),
        "what is written as it is stays as it is"
    );
}

#[test]
fn several_on_a_page_have_ids_of_their_own() {
    let html = page(vec![lifecycle("web"), lifecycle("api")]);
    for id in [
        "simulator-1-title",
        "simulator-2-title",
        "simulator-2-about",
    ] {
        assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn only_pages_that_have_some_load_the_script() {
    assert!(page(vec![machines("wiki")]).contains("data-part=\"simulators\""));
    assert!(!page(Vec::new()).contains("data-part=\"simulators\""));
    assert!(page(vec![layers("app.py")]).contains("data-part=\"lint-wasm\""));
    assert!(!page(vec![machines("wiki")]).contains("data-part=\"lint-wasm\""));
}

#[test]
fn the_sums_of_three_apps_are_right() {
    let html = page(vec![machines("wiki")]);
    for words in ["1.8 GB", "330 MB", "6.5 GB", "453 MB", "20 s", "0.5 s"] {
        assert!(html.contains(&format!(">{words}<")), "{words} is missing");
    }
}
