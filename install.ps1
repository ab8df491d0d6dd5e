# Installs git-tracker on Windows from a release's files. All of it is in functions that the last line starts, so that a copy cut off
# on its way does nothing. Windows PowerShell 5.1 is enough; no administrator is needed.
#
#   $env:GIT_TRACKER_BASE_URL = 'https://...'; irm "$env:GIT_TRACKER_BASE_URL/install.ps1" | iex
#   .\install.ps1 -BaseUrl https://... [-Prefix DIR] [-Version V]
#   .\install.ps1 -Uninstall [-Prefix DIR]
param(
  [string]$BaseUrl = $env:GIT_TRACKER_BASE_URL,
  [string]$Prefix = (Join-Path $env:LOCALAPPDATA 'Programs\git-tracker'),
  [string]$Version = '',
  [switch]$Uninstall
)

function Install-GitTracker {
  param([string]$BaseUrl, [string]$Prefix, [string]$Version)
  if (-not $BaseUrl) { throw 'Where from? Set GIT_TRACKER_BASE_URL to the address of a release''s files.' }
  if ($Version -and $Version -notmatch '^[0-9A-Za-z][0-9A-Za-z.+-]*$') { throw "This is no version: $Version" }
  $base = Find-Release $BaseUrl.TrimEnd('/') $Version
  $name = "git-tracker-$($base.Version)-$(Get-Target)"
  $scratch = Join-Path ([IO.Path]::GetTempPath()) "git-tracker-$PID"
  New-Item -ItemType Directory -Force -Path $scratch | Out-Null
  try {
    $archive = Join-Path $scratch 'archive.zip'
    Save-Url "$($base.Url)/$name.zip" $archive
    $wanted = Find-Sum (Read-Url "$($base.Url)/SHA256SUMS") "$name.zip"
    $found = (Get-FileHash -Algorithm SHA256 -LiteralPath $archive).Hash
    if ($found -ne $wanted) { throw "$name.zip is not what SHA256SUMS says: nothing was installed." }
    Expand-Archive -LiteralPath $archive -DestinationPath $scratch -Force
    Set-Executable (Join-Path $scratch "$name\git-tracker.exe") $Prefix
  } finally {
    Remove-Item -Recurse -Force -LiteralPath $scratch
  }
  Set-IssueAlias
  Show-Path (Join-Path $Prefix 'bin')
}

# The address and the version of the release that is wanted: the one at the base address, or an older one as docs/releasing.md says.
function Find-Release {
  param([string]$Base, [string]$Version)
  Assert-Address $Base
  if (-not $Version) { return @{ Url = $Base; Version = (Read-Version $Base) } }
  $newest = try { Read-Version $Base } catch { '' }
  if ($newest -eq $Version) { return @{ Url = $Base; Version = $Version } }
  $older = if ($Base.EndsWith('/releases/latest/download')) {
    $Base -replace '/latest/download$', "/download/v$Version"
  } else {
    "$Base/v$Version"
  }
  return @{ Url = $older; Version = $Version }
}

# Sums come from the same place as the archive: only TLS says that it is the right place.
function Assert-Address {
  param([string]$Url)
  if ($Url -notmatch '^(https://|http://(?!.*@)(localhost|127\.0\.0\.1|\[::1\])[:/])') { throw "The address must begin with https://: $Url" }
}

function Read-Version {
  param([string]$Base)
  $version = (Read-Url "$Base/VERSION").Trim()
  if ($version -notmatch '^[0-9A-Za-z][0-9A-Za-z.+-]*$') { throw "$Base/VERSION holds no version." }
  return $version
}

function Find-Sum {
  param([string]$Sums, [string]$Name)
  foreach ($line in $Sums -split "`n") {
    $sum, $file = $line.Trim() -split ' +', 2
    if ($file -ceq $Name -and $sum -match '^[0-9a-f]{64}$') { return $sum }
  }
  throw "SHA256SUMS has no line for ${Name}: nothing was installed."
}

function Get-Target {
  $machine = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
  switch ($machine) {
    'AMD64' { return 'windows-x64' }
    'ARM64' { return 'windows-arm64' }
    default { throw "There is no executable for Windows on $machine." }
  }
}

function Read-Url {
  param([string]$Url)
  $content = (Invoke-WebRequest -UseBasicParsing -Uri $Url).Content
  if ($content -is [byte[]]) { return [Text.Encoding]::UTF8.GetString($content) }
  return $content
}

function Save-Url {
  param([string]$Url, [string]$Path)
  $ProgressPreference = 'SilentlyContinue' # Drawing it makes the download many times slower.
  Invoke-WebRequest -UseBasicParsing -Uri $Url -OutFile $Path
}

# Copied under another name, tried, then renamed. One that is running can't be replaced, but it can be renamed.
function Set-Executable {
  param([string]$Source, [string]$Prefix)
  $folder = Join-Path $Prefix 'bin'
  $target = Join-Path $folder 'git-tracker.exe'
  $fresh = Join-Path $folder ".git-tracker.$PID.exe"
  $aside = "$target.old"
  New-Item -ItemType Directory -Force -Path $folder | Out-Null
  try {
    Copy-Item -LiteralPath $Source -Destination $fresh
    $version = & $fresh version
    if ($LASTEXITCODE -ne 0) { throw 'The executable does not run on this machine.' }
    if (Test-Path -LiteralPath $aside) { Remove-Item -Force -LiteralPath $aside }
    if (Test-Path -LiteralPath $target) { Move-Item -LiteralPath $target -Destination $aside }
    try {
      Move-Item -LiteralPath $fresh -Destination $target
    } catch {
      if (Test-Path -LiteralPath $aside) { Move-Item -LiteralPath $aside -Destination $target }
      throw
    }
    if (Test-Path -LiteralPath $aside) { Remove-Item -Force -LiteralPath $aside -ErrorAction SilentlyContinue }
  } finally {
    if (Test-Path -LiteralPath $fresh) { Remove-Item -Force -LiteralPath $fresh }
  }
  Write-Output "Installed $version as $target"
}

# `git issue`, unless that already means something here.
function Set-IssueAlias {
  if (-not (Get-Command git -ErrorAction SilentlyContinue)) { return }
  $alias = git config --global --get alias.issue
  if ($alias -eq 'tracker') { Write-Output '`git issue` is an alias of `git tracker` already' }
  elseif ($alias) { Write-Output "``git issue`` is left alone: it is your alias for ``$alias``" }
  elseif (Get-Command git-issue -ErrorAction SilentlyContinue) { Write-Output '`git issue` is left alone: a program git-issue is installed' }
  else {
    git config --global alias.issue tracker
    Write-Output 'Set the alias `git issue` for `git tracker`'
  }
}

function Show-Path {
  param([string]$Folder)
  if (($env:PATH -split ';') -contains $Folder) { Write-Output 'Ready: `git tracker` works in every git repository'; return }
  Write-Output "$Folder is not on your PATH, so git does not find it yet. This adds it:"
  Write-Output "  [Environment]::SetEnvironmentVariable('Path', [Environment]::GetEnvironmentVariable('Path', 'User') + ';$Folder', 'User')"
}

function Uninstall-GitTracker {
  param([string]$Prefix)
  foreach ($file in 'git-tracker.exe', 'git-tracker.exe.old') {
    $path = Join-Path $Prefix "bin\$file"
    if (Test-Path -LiteralPath $path) {
      Remove-Item -Force -LiteralPath $path
      Write-Output "Removed $path"
    }
  }
  if ((Get-Command git -ErrorAction SilentlyContinue) -and (git config --global --get alias.issue) -eq 'tracker') {
    git config --global --unset-all alias.issue
    Write-Output 'Removed the alias `git issue`'
  }
  Write-Output 'Issues stay where they are: in your repositories, under refs/git-tracker/'
}

function Start-GitTrackerSetup {
  $ErrorActionPreference = 'Stop'
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  if ($Uninstall) { Uninstall-GitTracker -Prefix $Prefix }
  else { Install-GitTracker -BaseUrl $BaseUrl -Prefix $Prefix -Version $Version }
}

Start-GitTrackerSetup
