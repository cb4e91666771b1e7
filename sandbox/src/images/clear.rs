//! Removes what builds leave behind, and nothing that someone else made.

use std::collections::HashMap;

use bollard::Docker;
use bollard::query_parameters::{
    ListImagesOptionsBuilder, PruneImagesOptionsBuilder, RemoveImageOptions,
};

use super::{LABEL_IMAGES, LABEL_SOURCE, LABEL_STAGE, REPOSITORY, outer};

/// Removes what this and earlier builds left: stages, and images of other versions that nothing runs.
/// What cannot be removed costs disk only.
pub(super) async fn clear(docker: &Docker, sandbox: &str, machine: &str) {
    // An image of ours whose name went to a newer one is left over too.
    for label in [LABEL_STAGE, LABEL_SOURCE, LABEL_IMAGES] {
        let unnamed = PruneImagesOptionsBuilder::default()
            .filters(&HashMap::from([
                ("dangling", vec!["true"]),
                ("label", vec![label]),
            ]))
            .build();
        if let Err(error) = docker.prune_images(Some(unnamed)).await {
            tracing::debug!(%error, "leftovers of a build are still there");
        }
    }
    let ours = ListImagesOptionsBuilder::default()
        .filters(&HashMap::from([(
            "reference",
            vec![REPOSITORY, "drydock/machine"],
        )]))
        .build();
    let Ok(found) = docker.list_images(Some(ours)).await else {
        return;
    };
    let tags = found.into_iter().flat_map(|image| image.repo_tags);
    for tag in tags.filter(|tag| is_hashed(tag) && tag != sandbox && tag != machine) {
        let removed = docker
            .remove_image(&tag, None::<RemoveImageOptions>, None)
            .await;
        if let Err(error) = removed {
            tracing::debug!(%tag, %error, "an older image is still there");
        }
    }
}

/// Whether a tag is one of those made here, and not a name that someone gave.
fn is_hashed(reference: &str) -> bool {
    let (_, tag) = outer::split(reference);
    tag.len() == 12 && tag.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{LATEST, sandbox_name};

    #[test]
    fn only_images_of_other_versions_are_cleared_away() {
        assert!(is_hashed(&sandbox_name()));
        assert!(!is_hashed(LATEST));
        assert!(!is_hashed("drydock/sandbox:my-own"));
    }
}
