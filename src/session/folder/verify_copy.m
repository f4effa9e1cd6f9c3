function ok = verify_copy(folder)
% SPDX-License-Identifier: GPL-3.0-or-later
% VERIFY_COPY  Verify a copy of a folder that evoke made, in MATLAB or Octave, without evoke.
%
%   ok = verify_copy(folder)
%
% folder is the folder of this file where it is not given.  Every file that manifest-sha256.txt
% lists is hashed.  Files that are missing, have changed, are links, or are not listed are printed, a
% sentence each, as are empty folders, and ok is false.  Without ok, that is an error.  Nothing is
% written.
    if nargin < 1
        folder = fileparts(mfilename('fullpath'));
    end
    [paths, digests, faults] = listed(folder);
    for k = 1:numel(paths)
        faults = [faults, compare(folder, paths{k}, digests{k})]; %#ok<AGROW>
    end
    if ~isempty(paths)
        [found, empty] = there(folder, '');
        extra = setdiff(found, [paths, {manifest()}]);
        for k = 1:numel(extra)
            faults{end + 1} = sprintf('%s: the file is not in %s', extra{k}, manifest()); %#ok<AGROW>
        end
        for k = 1:numel(empty)
            faults{end + 1} = sprintf('%s: the folder is empty', empty{k}); %#ok<AGROW>
        end
    end
    for k = 1:numel(faults)
        disp(faults{k});
    end
    good = isempty(faults);
    if good
        said = sprintf('%d files listed: the copy is as it was made', numel(paths));
    else
        said = sprintf('%d files listed: the copy is NOT as it was made', numel(paths));
    end
    if nargout > 0
        disp(said);
        ok = good;
    elseif good
        disp(said);
    else
        error('verify_copy:changed', '%s', said);
    end
end

function name = manifest()
    name = 'manifest-sha256.txt';
end

function [paths, digests, faults] = listed(folder)
% The paths of the manifest, their SHA-256, and what is wrong with the manifest.
    paths = {};
    digests = {};
    faults = {};
    if is_link(fullfile(folder, manifest()))
        faults = {[manifest() ': is a link, expected a file']};
    end
    [bytes, fault] = content(fullfile(folder, manifest()));
    if ~isempty(fault)
        faults{end + 1} = [manifest() ': the list of files ' fault];
        return
    end
    lines = strsplit(native2text(bytes), char(10));
    for k = 1:numel(lines)
        found = regexp(lines{k}, '^([0-9a-f]{64})  ([^/\\:\r][^\\:\r]*)\r?$', 'tokens', 'once');
        if numel(found) == 2 && ~any(strcmp(strsplit(found{2}, '/'), '..'))
            digests{end + 1} = found{1}; %#ok<AGROW>
            paths{end + 1} = found{2}; %#ok<AGROW>
        elseif ~isempty(lines{k})
            faults{end + 1} = sprintf('%s: line %d is no SHA-256 with a path', manifest(), k); %#ok<AGROW>
        end
    end
    if isempty(paths)
        faults{end + 1} = [manifest() ': the list has no file'];
    end
end

function text = native2text(bytes)
% Characters of bytes in UTF-8.
    if exist('OCTAVE_VERSION', 'builtin')
        text = char(bytes');
    else
        text = native2unicode(bytes', 'UTF-8');
    end
end

function faults = compare(folder, path, wanted)
% What is wrong with a listed file, as a cell with one sentence, or none.
    parts = strsplit(path, '/');
    full = fullfile(folder, parts{:});
    if is_link(full)
        faults = {sprintf('%s: is a link, expected a file', path)};
        return
    end
    if exist(full, 'dir') || ~is_file(full)
        faults = {sprintf('%s: the file is missing', path)};
        return
    end
    [bytes, fault] = content(full);
    if ~isempty(fault)
        faults = {sprintf('%s: the file %s', path, fault)};
    elseif strcmp(sha256(bytes), wanted)
        faults = {};
    else
        faults = {sprintf('%s: the file has changed: its SHA-256 is not the one in %s', path, manifest())};
    end
end

function yes = is_file(full)
% Is there a file of just this name?  (exist would look along the search path, too.)
    found = dir(full);
    yes = numel(found) == 1 && ~found.isdir;
end

function yes = is_link(full)
    if exist('OCTAVE_VERSION', 'builtin')
        [found, fault] = lstat(full);
        yes = fault == 0 && S_ISLNK(found.mode);
    else
        yes = java.nio.file.Files.isSymbolicLink(java.io.File(full).toPath());
    end
end

function [bytes, fault] = content(full)
    bytes = zeros(0, 1, 'uint8');
    fault = '';
    f = fopen(full, 'r');
    if f < 0
        fault = 'cannot be read';
        return
    end
    bytes = fread(f, Inf, '*uint8');
    fclose(f);
end

function text = sha256(bytes)
    if exist('OCTAVE_VERSION', 'builtin')
        text = hash('sha256', char(bytes'));
    else
        digest = java.security.MessageDigest.getInstance('SHA-256');
        if ~isempty(bytes)
            digest.update(bytes);
        end
        text = lower(reshape(dec2hex(typecast(digest.digest(), 'uint8'), 2)', 1, []));
    end
end

function [paths, empty] = there(folder, before)
% The paths of all files, and of empty folders, in a folder, relative to the whole, with slashes.
    paths = {};
    empty = {};
    found = dir(folder);
    found = found(~ismember({found.name}, {'.', '..'}));
    if isempty(found) && ~isempty(before)
        empty = {before(1:end - 1)};
    end
    for k = 1:numel(found)
        name = found(k).name;
        if found(k).isdir && ~is_link(fullfile(folder, name))
            [inside, bare] = there(fullfile(folder, name), [before name '/']);
            paths = [paths, inside]; %#ok<AGROW>
            empty = [empty, bare]; %#ok<AGROW>
        else
            paths{end + 1} = [before name]; %#ok<AGROW>
        end
    end
end
