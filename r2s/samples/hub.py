"""Uploading a finished export to the Hugging Face Hub."""

import os
from pathlib import Path

from r2s.errors import ConfigError, EndpointError
from r2s.extras import load


def check_token() -> str:
    """The token that `HF_TOKEN` or an earlier log-in holds; raises `ConfigError` where there is none."""
    token = load("huggingface_hub", "--push").get_token()
    if not token:
        raise ConfigError("--push: no Hugging Face token; set HF_TOKEN, or log in with: hf auth login")
    return token


def push(folder: Path, repository: str, *, private: bool) -> str:
    """Upload a folder as a data set and return its address; raises `EndpointError` where the Hub does not take it."""
    hub = load("huggingface_hub", "--push")
    errors, transport = load("huggingface_hub.errors", "--push"), load("httpx2", "--push")
    api = hub.HfApi(endpoint=os.environ.get("HF_ENDPOINT"), token=check_token())
    try:
        api.create_repo(repository, repo_type="dataset", private=private, exist_ok=True)
        api.upload_folder(repo_id=repository, repo_type="dataset", folder_path=folder, commit_message="r2s export")
    except errors.HFValidationError as error:
        raise ConfigError(f"--push {repository}: {error}") from None
    except (errors.HfHubHTTPError, transport.HTTPError, OSError) as error:
        raise EndpointError(f"--push {repository}: {error}; the export itself is in {folder}") from None
    return f"{api.endpoint}/datasets/{repository}"
