//! Every key that content is read from, asked of the code that reads it: docs/AUTHORING.md is held
//! against this list by a test.

use crate::assemble::{CourseFront, ModuleFront};
use crate::check::{
    AnswerRule, ContainerRule, ExecRule, FileRule, ImageRule, MountRule, NetworkRule, RebuildRule,
    RunRule, TextHow, VolumeRule,
};
use crate::checks::RULE_KINDS;
use crate::checks::block::Common;
use crate::front_matter::{LabFront, LessonFront};
use crate::model::Limits;
use crate::quiz::read::{ChoiceFront, QuizFront};
use crate::simulator::{FiguresFront, LayersFront, LifecycleFront, MachinesFront, RunStepsFront};
use crate::yaml::keys_of;

/// Sections of the reference and the keys that each must explain.
pub fn sections() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        ("course.yaml", keys_of::<CourseFront>()),
        ("module.yaml", keys_of::<ModuleFront>()),
        ("Front matter of a lesson", keys_of::<LessonFront>()),
        ("Front matter of a lab", keys_of::<LabFront>()),
        ("limits", keys_of::<Limits>()),
        ("quiz", keys_of::<QuizFront>()),
        ("choices", keys_of::<ChoiceFront>()),
        ("layers", keys_of::<LayersFront>()),
        ("lifecycle", keys_of::<LifecycleFront>()),
        ("run-steps", keys_of::<RunStepsFront>()),
        ("vm-vs-container", keys_of::<MachinesFront>()),
        ("vm, container and app", keys_of::<FiguresFront>()),
        ("check", keys_of::<Common>()),
        ("Kinds of check", RULE_KINDS),
        ("Demands on texts", TextHow::WAYS),
        ("image", keys_of::<ImageRule>()),
        ("container", keys_of::<ContainerRule>()),
        ("mounts", keys_of::<MountRule>()),
        ("volume", keys_of::<VolumeRule>()),
        ("network", keys_of::<NetworkRule>()),
        ("file", keys_of::<FileRule>()),
        ("run", keys_of::<RunRule>()),
        ("exec", keys_of::<ExecRule>()),
        ("rebuild", keys_of::<RebuildRule>()),
        ("answer", keys_of::<AnswerRule>()),
    ]
}
