//! Simulators of the content as pages draw them.

use drydock_app::view;
use drydock_course::simulator::{Figures, Layers, Simulator};
use drydock_dockerfile::simulate::{History, State, simulate};

/// A simulator as its page draws it.
pub fn view(simulator: &Simulator) -> view::Simulator {
    match simulator.clone() {
        Simulator::Layers(it) => view::Simulator::Layers(layers(it)),
        Simulator::Lifecycle(it) => view::Simulator::Lifecycle(view::Lifecycle {
            title: it.title,
            image: it.image,
            size: it.size,
            layers: it.layers,
            name: it.name,
            file: it.file,
        }),
        Simulator::RunSteps(it) => view::Simulator::RunSteps(view::RunSteps {
            title: it.title,
            image: it.image,
            command: it.command,
            output: it.output,
        }),
        Simulator::Machines(it) => view::Simulator::Machines(view::Machines {
            title: it.title,
            apps: it.apps,
            shown: it.shown,
            vm: figures(it.vm),
            container: figures(it.container),
            app: figures(it.app),
            source: it.source,
        }),
    }
}

/// The picture shows the second of the two builds.
fn layers(it: Layers) -> view::Layers {
    let history = it.history();
    let first = History {
        builds: history.builds.iter().take(1).cloned().collect(),
        seconds: history.seconds.clone(),
    };
    // The content compiler has read the Dockerfile: it can be built.
    let took = simulate(&first).map_or(0.0, |report| report.seconds);
    let second = simulate(&history).ok();
    let (seconds, said) = second.as_ref().map_or((0.0, String::new()), |report| {
        (report.seconds, report.said.clone())
    });
    let steps = second.into_iter().flat_map(|report| report.steps);
    view::Layers {
        title: it.title,
        dockerfile: it.dockerfile,
        files: it.files,
        edited: it.edited,
        seconds: it.seconds,
        builds: [took, seconds],
        steps: steps
            .map(|step| view::LayerStep {
                text: step.text,
                line: step.line,
                state: match step.state {
                    State::Cached => "cached",
                    State::Ran => "ran",
                    State::Setting => "setting",
                },
                verdict: step.verdict,
                why: step.why,
                seconds: step.seconds,
            })
            .collect(),
        said,
    }
}

fn figures(of: Figures) -> view::Figures {
    view::Figures {
        memory: of.memory,
        disk: of.disk,
        seconds: of.seconds,
    }
}
