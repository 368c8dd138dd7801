//! Uploads, and where to read what was uploaded.

use relaychat_protocol::{
    AttachmentId,
    rest::attachments::{Attachment, AttachmentLinks},
};

use super::{Api, encode, parse};
use crate::{
    RelayError, Upload,
    transport::{Body, Method, OnProgress},
};

impl<'a> Api<'a> {
    pub(crate) async fn upload(
        self,
        upload: &Upload,
        on_progress: Option<&(dyn OnProgress + 'a)>,
    ) -> Result<Attachment, RelayError> {
        let path = match &upload.file_name {
            Some(name) => format!("/uploads?file_name={}", encode(name)),
            None => "/uploads".to_owned(),
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
