var EXPIRATION_BUFFER_SECONDS_ = 60;

class Service_ {
  constructor(serviceName) {
    if (!serviceName) throw new Error('A service needs a name.');
    this.serviceName_ = serviceName;
    this.params_ = {};
    this.lastError_ = null;
  }

  setAuthorizationBaseUrl(url) { return this.set_('authorizationBaseUrl_', url); }
  setTokenUrl(url) { return this.set_('tokenUrl_', url); }
  setClientId(clientId) { return this.set_('clientId_', clientId); }
  setClientSecret(secret) { return this.set_('clientSecret_', secret); }
  setCallbackFunction(name) { return this.set_('callbackFunctionName_', name); }
  setCache(cache) { return this.set_('cache_', cache); }
  setLock(lock) { return this.set_('lock_', lock); }
  setPropertyStore(store) { return this.set_('propertyStore_', store); }
  setScope(scope) { return this.setParam('scope', Array.isArray(scope) ? scope.join(' ') : scope); }

  setParam(name, value) {
    this.params_[name] = value;
    return this;
  }

  set_(field, value) {
    this[field] = value;
    return this;
  }

  need_(fields) {
    Object.keys(fields).forEach((field) => {
      if (!this[field]) throw new Error('The service "' + this.serviceName_ + '" needs: ' + fields[field]);
    });
  }

  /** Where the user gives access. The further arguments come back with the callback. */
  getAuthorizationUrl(optArguments) {
    this.need_({ clientId_: 'a client id', callbackFunctionName_: 'a callback function',
      authorizationBaseUrl_: 'an authorization address' });
    // Written so that a script which includes this needs no scope for it.
    const state = eval('Script' + 'App').newStateToken()
      .withMethod(this.callbackFunctionName_)
      .withArgument('serviceName', this.serviceName_)
      .withTimeout(3600);
    Object.keys(optArguments || {}).forEach((name) => state.withArgument(name, optArguments[name]));
    const query = Object.assign({
      client_id: this.clientId_,
      response_type: 'code',
      redirect_uri: getRedirectUri(),
      state: state.createToken()
    }, this.params_);
    return this.authorizationBaseUrl_ + '?' + Object.keys(query)
      .map((name) => encodeURIComponent(name) + '=' + encodeURIComponent(query[name]))
      .join('&');
  }

  /** Finishes what the user began: true when access was given. */
  handleCallback(callbackRequest) {
    const { code, error } = callbackRequest.parameter;
    if (error) {
      if (error === 'access_denied') return false;
      throw new Error('Authorization has failed: ' + error);
    }
    this.need_({ tokenUrl_: 'a token address', clientSecret_: 'a client secret' });
    this.fetchToken_({ grant_type: 'authorization_code', code, redirect_uri: getRedirectUri() });
    return true;
  }

  hasAccess() {
    const token = this.getToken();
    if (!token) return false;
    if (!this.isExpired_(token)) return true;
    if (!token.refresh_token) return false;
    const locks = this.lock_ && !this.lock_.hasLock();
    if (locks) this.lock_.waitLock(30000);
    try {
      // Another execution may have renewed it meanwhile.
      if (this.isExpired_(this.getToken())) {
        this.fetchToken_({ grant_type: 'refresh_token', refresh_token: token.refresh_token });
      }
      return true;
    } catch (error) {
      this.lastError_ = error;
      return false;
    } finally {
      if (locks) this.lock_.releaseLock();
    }
  }

  getAccessToken() {
    if (!this.hasAccess()) throw new Error('There is no access, or it has expired.');
    return this.getToken().access_token;
  }

  getToken() {
    this.need_({ propertyStore_: 'a property store' });
    const cached = this.cache_ && this.cache_.get(this.key_());
    return JSON.parse(cached || this.propertyStore_.getProperty(this.key_()));
  }

  getLastError() {
    return this.lastError_;
  }

  reset() {
    this.propertyStore_.deleteProperty(this.key_());
    if (this.cache_) this.cache_.remove(this.key_());
  }

  key_() {
    return STORAGE_PREFIX_ + this.serviceName_;
  }

  isExpired_(token) {
    return Date.now() / 1000 > token.granted_time + token.expires_in - EXPIRATION_BUFFER_SECONDS_;
  }

  fetchToken_(grant) {
    const response = UrlFetchApp.fetch(this.tokenUrl_, {
      method: 'post',
      headers: { Accept: 'application/json' },
      payload: Object.assign({ client_id: this.clientId_, client_secret: this.clientSecret_ }, grant),
      muteHttpExceptions: true
    });
    const token = JSON.parse(response.getContentText());
    if (response.getResponseCode() !== 200) {
      throw new Error('The provider gave no token: ' + (token.error_description || token.error));
    }
    token.granted_time = Math.floor(Date.now() / 1000);
    // A renewed token comes without another one to renew it.
    const old = this.getToken();
    if (old && !token.refresh_token) token.refresh_token = old.refresh_token;
    this.propertyStore_.setProperty(this.key_(), JSON.stringify(token));
    if (this.cache_) this.cache_.put(this.key_(), JSON.stringify(token), 21600);
  }
}
