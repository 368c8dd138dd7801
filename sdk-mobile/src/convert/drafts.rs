//! What phones send, to the core's values; mentions in both directions.

use relaychat_sdk as sdk;

use crate::{Draft, Mentions, Upload, UploadContent, client::id};

impl From<Upload> for sdk::Upload {
    fn from(upload: Upload) -> Self {
        let Upload {
            content,
            content_type,
            file_name,
            width,
            height,
        } = upload;
        let mut made = match content {
            UploadContent::Bytes { bytes } => Self::bytes(bytes, content_type),
            UploadContent::File { path } => Self::file(sdk::LocalFile::new(path), content_type),
        };
        if let Some(name) = file_name {
            made = made.named(name);
        }
        match (width, height) {
            (Some(width), Some(height)) => made.sized(width, height),
            _ => made,
        }
    }
}

impl From<Draft> for sdk::Draft {
    fn from(draft: Draft) -> Self {
        let Draft { text, uploads } = draft;
        Self {
            text,
            uploads: uploads.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

impl TryFrom<Mentions> for sdk::Mentions {
    type Error = sdk::RelayError;

    fn try_from(mentions: Mentions) -> Result<Self, sdk::RelayError> {
        let Mentions {
            user_ids,
            is_everyone,
        } = mentions;
        let user_ids = user_ids.iter().map(|user_id| id(user_id));
        Ok(Self {
            user_ids: user_ids.collect::<Result<_, _>>()?,
            is_everyone,
        })
    }
}

impl From<&sdk::Mentions> for Mentions {
    fn from(mentions: &sdk::Mentions) -> Self {
        let sdk::Mentions {
            user_ids,
            is_everyone,
        } = mentions;
        Self {
            user_ids: user_ids.iter().map(ToString::to_string).collect(),
            is_everyone: *is_everyone,
        }
    }
}
