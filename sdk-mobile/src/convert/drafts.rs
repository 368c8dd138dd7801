//! From what phones send to the core's values.

use relaychat_sdk as sdk;

use crate::{Draft, Upload, UploadContent};

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
            reply_to: None,
        }
    }
}
