//! Uploads, and where to read what was uploaded.

use relaychat_protocol::{
    AttachmentId,
    rest::attachments::{Attachment, AttachmentKind, AttachmentLinks},
};

use super::{Api, encode, parse};
use crate::{
    RelayError, Upload,
    transport::{Body, Method, OnProgress},
};

impl<'a> Api<'a> {
    /// Uploads a file as what its type says.
    pub(crate) async fn upload(
        self,
        upload: &Upload,
        on_progress: Option<&(dyn OnProgress + 'a)>,
    ) -> Result<Attachment, RelayError> {
        match upload.kind() {
            AttachmentKind::Image => self.upload_as("image", upload, on_progress).await,
            _ => self.upload_as("file", upload, on_progress).await,
        }
    }

    /// Uploads an image, or fails: for what can be nothing else.
    pub(crate) async fn upload_image(self, upload: &Upload) -> Result<Attachment, RelayError> {
        self.upload_as("image", upload, None).await
    }

    async fn upload_as(
        self,
        kind: &str,
        upload: &Upload,
        on_progress: Option<&(dyn OnProgress + 'a)>,
    ) -> Result<Attachment, RelayError> {
        let path = match &upload.file_name {
            Some(name) => format!("/uploads?kind={kind}&file_name={}", encode(name)),
            None => format!("/uploads?kind={kind}"),
        };
        let body = Body {
            content: upload.content.clone(),
            content_type: upload.content_type.clone(),
        };
        let request = self.request(Method::Post, &path, Some(body));
        parse(&self.authenticated(request, on_progress).await?)
    }

    pub(crate) async fn attachment_links(
        self,
        id: AttachmentId,
    ) -> Result<AttachmentLinks, RelayError> {
        self.get(&format!("/attachments/{id}/links")).await
    }
}
